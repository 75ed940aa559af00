// SPDX-License-Identifier: Apache-2.0
#include "log/redactor.h"

#include <gtest/gtest.h>

#include <string>

namespace gitsync::log {
namespace {

TEST(Redactor, LeavesTextAloneWithoutSecrets) {
  EXPECT_EQ(Redactor().redact("fetching main from https://host/"),
            "fetching main from https://host/");
}

TEST(Redactor, FindsWhatLooksLikeASecretWithoutBeingTold) {
  EXPECT_EQ(Redactor().redact("from https://u:hunter2@host/ with ghp_0123456789"),
            "from https://u:REDACTED@host/ with REDACTED");
  Redactor redactor;
  redactor.add("hunter2");
  EXPECT_EQ(redactor.redact("https://u:hunter2@host/"), "https://u:REDACTED@host/");
}

TEST(Redactor, ReplacesEveryOccurrence) {
  Redactor redactor;
  redactor.add("hunter2");
  EXPECT_EQ(redactor.redact("hunter2, xhunter2x and hunter"), "REDACTED, xREDACTEDx and hunter");
}

TEST(Redactor, FindsPercentEncodedSpellings) {
  Redactor redactor;
  redactor.add("p@ss:w/rd%");
  EXPECT_EQ(redactor.redact("https://u:p%40ss%3Aw%2Frd%25@host/"), "https://u:REDACTED@host/");
  EXPECT_EQ(redactor.redact("lower case: p%40ss%3aw%2frd%25."), "lower case: REDACTED.");
  EXPECT_EQ(redactor.redact("some bytes only: p@ss:w%2Frd%25."), "some bytes only: REDACTED.");
  EXPECT_EQ(redactor.redact("plain: p@ss:w/rd%."), "plain: REDACTED.");
}

TEST(Redactor, FindsASecretInsideAQuotedString) {
  Redactor redactor;
  redactor.add(R"(quo"te\slash)");
  EXPECT_EQ(redactor.redact(R"("--password=quo\"te\\slash")"), R"("--password=REDACTED")");
}

TEST(Redactor, FindsASecretWithPercentSignsInItsPlainSpelling) {
  Redactor redactor;
  redactor.add("a%41b%zz");
  EXPECT_EQ(redactor.redact("[a%41b%zz]"), "[REDACTED]");
  EXPECT_EQ(redactor.redact("[a%2541b%25zz]"), "[REDACTED]");
}

TEST(Redactor, TakesTheLongestSecretAtAPlace) {
  Redactor redactor;
  redactor.add("token");
  redactor.add("token-extended");
  EXPECT_EQ(redactor.redact("token-extended"), "REDACTED");
}

TEST(Redactor, IgnoresTextsThatAreTooShort) {
  Redactor redactor;
  redactor.add("");
  redactor.add("abc");
  redactor.add("  abc\n");
  EXPECT_EQ(redactor.redact("abc"), "abc");
}

TEST(Redactor, IgnoresTheLineEndOfASecretFile) {
  Redactor redactor;
  redactor.add("hunter2\n");
  EXPECT_EQ(redactor.redact("hunter2!"), "REDACTED!");
}

TEST(Redactor, KnowsTheLinesOfAPrivateKey) {
  Redactor redactor;
  redactor.add(
      "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0B\n"
      "-----END PRIVATE KEY-----\n");
  EXPECT_EQ(redactor.redact("x MIIEvQIBADANBgkqhkiG9w0B x"), "x REDACTED x");
  EXPECT_EQ(redactor.redact("-----BEGIN PRIVATE KEY-----"), "-----BEGIN PRIVATE KEY-----");
}

TEST(Redactor, HandlesASecretAtTheVeryEndAndCutOffThere) {
  Redactor redactor;
  redactor.add("p@ss");
  EXPECT_EQ(redactor.redact("p@s"), "p@s");
  EXPECT_EQ(redactor.redact("p%4"), "p%4");
  EXPECT_EQ(redactor.redact("p%40s"), "p%40s");
  EXPECT_EQ(redactor.redact("p%40ss"), "REDACTED");
}

TEST(Redactor, KeepsTheFirstAndTheNewestOfManySecrets) {
  Redactor redactor;
  for (int i = 1000; i < 3000; ++i) redactor.add("secret" + std::to_string(i));
  EXPECT_EQ(redactor.redact("secret1000 secret1127 secret2999"), "REDACTED REDACTED REDACTED");
  EXPECT_EQ(redactor.redact("secret2000"), "secret2000");
}

}  // namespace
}  // namespace gitsync::log
