// SPDX-License-Identifier: Apache-2.0
// What is kept of text that is too long, and that no half of a secret is.
#include "util/bounded_output.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace gitsync::util {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string numbers(int count) {
  std::string text;
  for (int i = 0; i < count; ++i) text += std::to_string(i) + " ";
  return text;
}

TEST(BoundedOutput, IsWholeUpToItsLimit) {
  BoundedOutput output(10);
  for (const char* piece : {"012", "3456", "", "789"}) output.append(piece);
  EXPECT_EQ(output.text(), "0123456789");
}

TEST(BoundedOutput, KeepsBothEndsAndCountsTheRestHoweverItArrives) {
  const std::string text = numbers(30'000);
  const std::string expected = text.substr(0, 50) + "\n[... " + std::to_string(text.size() - 100) +
                               " bytes left out ...]\n" + text.substr(text.size() - 50);
  for (const std::size_t piece : {1, 2, 7, 49, 50, 51, 100, 3889, 50'000}) {
    BoundedOutput output(100);
    for (std::size_t i = 0; i < text.size(); i += piece) output.append(text.substr(i, piece));
    EXPECT_EQ(output.text(), expected) << piece;
  }
}

TEST(BoundedOutput, OfLimitZeroOnlyCounts) {
  BoundedOutput output(0);
  output.append("abc");
  EXPECT_EQ(output.text(), "\n[... 3 bytes left out ...]\n");
}

// Longer than REDACTED, so that every redaction shortens the text.
const std::string kSecret = "s3cr3t-first-part-and-s3cr3t-second-part";

// As log::Redactor: whole secrets only.
std::string redact(std::string_view text) {
  std::string result(text);
  for (std::size_t at = 0; (at = result.find(kSecret, at)) != std::string::npos;) {
    result.replace(at, kSecret.size(), "REDACTED");
  }
  return result;
}

// `size` bytes of other text, with the secret `at` bytes from its beginning.
std::string with_secret(std::size_t size, std::size_t at) {
  std::string text(size, 'x');
  return text.replace(at, kSecret.size(), kSecret);
}

// Fails if any four bytes of the secret are left.
void expect_no_part(const std::string& text, std::size_t at) {
  for (std::size_t i = 0; i + 4 <= kSecret.size(); ++i) {
    ASSERT_THAT(text, Not(HasSubstr(kSecret.substr(i, 4)))) << "secret at " << at;
  }
}

std::string kept(std::string_view text, std::size_t limit) {
  BoundedOutput output(limit);
  output.append(text);
  return output.text(redact);
}

TEST(BoundedOutput, ShowsNoPartOfASecretAcrossAnyEdge) {
  constexpr std::size_t kLimit = 1000;
  for (const std::size_t size : {std::size_t{1001}, std::size_t{1100}, kCutMargin + 500,
                                 2 * kCutMargin + 1000, 10 * kCutMargin}) {
    // Both cuts, the ends of both margins, and the two ends of the text.
    for (const std::size_t edge : {kLimit / 2, kLimit / 2 + kCutMargin, size - kLimit / 2,
                                   size - kLimit / 2 - kCutMargin, std::size_t{0}, size}) {
      if (edge > size) continue;
      for (std::size_t back = 0; back <= kSecret.size(); ++back) {
        const std::size_t at = std::min(edge - std::min(edge, back), size - kSecret.size());
        expect_no_part(kept(with_secret(size, at), kLimit), at);
      }
    }
  }
}

TEST(BoundedOutput, ShowsNoPartOfASecretThatStandsThereAThousandTimes) {
  std::string text;
  while (text.size() < 20 * kCutMargin) text += kSecret;
  for (std::size_t more = 0; more < kSecret.size(); ++more) {
    expect_no_part(kept(text + std::string(more, 'x'), 1000), more);
  }
}

TEST(BoundedOutput, RedactsNothingInTextThatIsWhole) {
  EXPECT_EQ(kept(with_secret(1000, 480), 1000), with_secret(1000, 480));
}

TEST(BoundedOutput, ScrubbingMayMakeItFitAfterAll) {
  EXPECT_EQ(kept(with_secret(1001, 480), 1000), redact(with_secret(1001, 480)));
}

TEST(FirstBytes, ShowNoPartOfASecretAcrossTheirEdges) {
  constexpr std::size_t kLimit = 1000;
  for (const std::size_t edge : {kLimit, kLimit + kCutMargin}) {
    for (std::size_t back = 0; back <= kSecret.size(); ++back) {
      const auto text = with_secret(kLimit + 2 * kCutMargin, edge - back);
      const auto first = first_bytes(text.substr(0, kLimit + kCutMargin), kLimit, redact);
      expect_no_part(first, edge - back);
      EXPECT_LE(first.size(), kLimit);
      EXPECT_GE(first.size(), kLimit - kSecret.size());
    }
  }
  EXPECT_EQ(first_bytes("short", kLimit, redact), "short");
}

}  // namespace
}  // namespace gitsync::util
