// SPDX-License-Identifier: Apache-2.0
#include "git/fetch_response_reader.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "git/pkt_line.h"

namespace gitsync::git {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using util::Cause;
using util::ErrorKind;

const ObjectId kA = ObjectId::from_hex(std::string(40, 'a')).value();
const ObjectId kB = ObjectId::from_hex(std::string(40, 'b')).value();
const std::string kFlush(kFlushPacket);
const std::string kDelim(kDelimPacket);

std::string line(const std::string& text) {
  std::string bytes;
  append_line(bytes, text);
  return bytes;
}
// Without the LF that append_line() adds.
std::string band(int number, const std::string& data) {
  std::string bytes = line(std::string(1, static_cast<char>(number)) + data);
  bytes.pop_back();
  constexpr std::string_view kDigits = "0123456789abcdef";
  const std::size_t size = data.size() + 5;
  for (std::size_t i = 0; i < 4; ++i) bytes.at(i) = kDigits.at((size >> (4 * (3 - i))) & 15U);
  return bytes;
}
const std::string kPack = line("packfile");

struct Heard {
  std::string pack;
  std::vector<std::string> progress;
  ShallowChanges changes;
  std::string error;  // "<kind>: <message>"
  Cause cause = Cause::kUnknown;
  bool done = false;
};

Heard hear(const std::string& bytes, std::size_t piece, const FetchRequest& request) {
  Heard heard;
  FetchResponseReader reader(request,
                             {.pack = [&](std::string_view part) -> util::Result<void> {
                                heard.pack += part;
                                return {};
                              },
                              .progress = [&](auto text) { heard.progress.emplace_back(text); }});
  for (std::string_view rest = bytes; !rest.empty();) {
    const auto part = rest.substr(0, piece);
    rest.remove_prefix(part.size());
    if (const auto fed = reader.feed(part); !fed) {
      heard.error = std::string(to_string(fed.error().kind)) + ": " + fed.error().message;
      heard.cause = fed.error().cause;
      return heard;
    }
  }
  heard.done = reader.done();
  heard.changes = reader.shallow_changes();
  return heard;
}

// However the bytes are cut.
Heard hear(const std::string& bytes, const FetchRequest& request = {.wants = {kA}}) {
  auto whole = hear(bytes, bytes.size() + 1, request);
  for (const std::size_t piece : {1U, 7U}) {
    const auto cut = hear(bytes, piece, request);
    EXPECT_EQ(cut.pack, whole.pack);
    EXPECT_EQ(cut.progress, whole.progress);
    EXPECT_EQ(cut.error, whole.error);
    EXPECT_EQ(cut.done, whole.done);
  }
  return whole;
}

TEST(FetchResponse, ThePackIsBandOne) {
  const auto heard = hear(kPack + band(1, "PACK one") + band(1, " and two\n") + kFlush);
  EXPECT_EQ(heard.error, "");
  EXPECT_TRUE(heard.done);
  EXPECT_EQ(heard.pack, "PACK one and two\n");
  EXPECT_THAT(heard.progress, IsEmpty());
}

TEST(FetchResponse, AWholePacketFitsAndKeepalivesAreNothing) {
  const std::string much(kMaxPacketData - 1, 'x');
  const auto heard = hear(kPack + band(1, "") + band(2, "") + band(1, much) + band(1, "") + kFlush);
  EXPECT_EQ(heard.error, "");
  EXPECT_EQ(heard.pack, much);
}

TEST(FetchResponse, ProgressComesAsLinesWithoutControlCharacters) {
  const auto heard = hear(kPack + band(2, "Counting:  50% (1/2)\rCounting: 100") +
                          band(2, "% (2/2)\n\r\n\x1b[31mred\x7f  \t\n") + band(1, "PACK") +
                          band(2, "Total 2") + kFlush);
  EXPECT_EQ(heard.error, "");
  EXPECT_THAT(heard.progress,
              ElementsAre("Counting:  50% (1/2)", "Counting: 100% (2/2)", "[31mred", "Total 2"));
  const auto longer =
      hear(kPack + band(2, std::string(5000, 'x') + "\ny\n") + band(1, "P") + kFlush);
  EXPECT_THAT(longer.progress, ElementsAre(std::string(500, 'x'), "y"));
}

TEST(FetchResponse, TheBoundaryComesBeforeThePack) {
  const auto heard =
      hear(line("shallow-info") + line("shallow " + kA.hex()) + line("unshallow " + kB.hex()) +
               kDelim + kPack + band(1, "PACK") + kFlush,
           {.wants = {kA}, .shallow = {kB}});
  EXPECT_EQ(heard.error, "");
  EXPECT_THAT(heard.changes.shallow, ElementsAre(kA));
  EXPECT_THAT(heard.changes.unshallow, ElementsAre(kB));
  EXPECT_EQ(heard.pack, "PACK");
}

TEST(FetchResponse, SectionsThatSayNothingToUsAreRead) {
  const auto heard = hear(line("acknowledgments") + line("ACK " + kA.hex()) + line("ready") +
                          kDelim + line("wanted-refs") + line(kA.hex() + " refs/heads/main") +
                          kDelim + kPack + band(1, "PACK") + kFlush);
  EXPECT_EQ(heard.error, "");
  EXPECT_EQ(heard.pack, "PACK");
}

struct Hostile {
  std::string name;
  std::string bytes;
  std::string error;  // a part of it
};

TEST(FetchResponse, WhatIsNoAnswerIsRefusedByName) {
  const std::string shallow = line("shallow-info");
  const std::vector<Hostile> kTable{
      {"nothing", kFlush, "ends without a pack"},
      {"no pack", kPack + kFlush, "ends without a pack"},
      {"only words", kPack + band(2, "x\n") + kFlush, "ends without a pack"},
      {"only keepalives", kPack + band(1, "") + kFlush, "ends without a pack"},
      {"negotiation", line("acknowledgments") + line("NAK") + kFlush, "ends without a pack"},
      {"boundary only", shallow + line("shallow " + kA.hex()) + kFlush, "ends without a pack"},
      {"first a delimiter", kDelim, "delimiter in the wrong place"},
      {"two delimiters", shallow + kDelim + kDelim, "delimiter in the wrong place"},
      {"delimiter in the pack", kPack + band(1, "P") + kDelim, "delimiter in the wrong place"},
      {"response end", "0002", "packet of another kind"},
      {"unknown section", line("packfile-uris"), "does not belong there: \"packfile-uris\""},
      {"section twice", shallow + kDelim + shallow, "does not belong there"},
      {"wrong order", line("wanted-refs") + kDelim + shallow, "does not belong there"},
      {"band without a section", band(1, "PACK"), "does not belong there"},
      {"no delimiter", shallow + kPack, "does not belong there: \"packfile\""},
      {"short id", shallow + line("shallow " + kA.hex().substr(1)), "does not belong there"},
      {"long id", shallow + line("shallow " + kA.hex() + "a"), "does not belong there"},
      {"other line", shallow + line("hollow " + kA.hex()), "does not belong there"},
      {"bad ack", line("acknowledgments") + line("OK"), "does not belong there"},
      {"unshallow of what was not shallow", shallow + line("unshallow " + kA.hex()),
       "adds parents to a commit that has them"},
      {"no band", kPack + "0004", "without a band"},
      {"band 0", kPack + band(0, "x"), "on band 0"},
      {"band 4", kPack + band(4, "x"), "on band 4"},
      {"band 255", kPack + band(255, "x"), "on band 255"},
      {"length 3", kPack + "0003", "bad line length 3"},
      {"length too large", kPack + "fff1", "bad line length 65521"},
      {"length not hex", kPack + "zzzz", "bad line length character"},
      {"a page", "<html>", "bad line length character"},
      {"after the end", kPack + band(1, "P") + kFlush + "0", "goes on after its end"},
  };
  for (const auto& [name, bytes, error] : kTable) {
    const auto heard = hear(bytes);
    EXPECT_THAT(heard.error, HasSubstr(error)) << name;
    EXPECT_THAT(heard.error, testing::StartsWith("protocol: ")) << name;
    EXPECT_FALSE(heard.done) << name;
  }
}

TEST(FetchResponse, WhatEndsEarlyIsNotDone) {
  const std::string whole = line("shallow-info") + line("shallow " + kA.hex()) + kDelim + kPack +
                            band(1, "PACK") + kFlush;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto heard = hear(whole.substr(0, size), size + 1, {.wants = {kA}});
    EXPECT_EQ(heard.error, "") << size;
    EXPECT_FALSE(heard.done) << size;
  }
}

TEST(FetchResponse, TheServersErrorIsToldWithItsWords) {
  const auto third = hear(kPack + band(1, "PA") + band(3, "fatal: out of\npaper\n"));
  EXPECT_EQ(third.error, "protocol: remote error: fatal: out of\\npaper");
  const auto err = hear(line("ERR upload-pack: not now"));
  EXPECT_EQ(err.error, "protocol: remote error: upload-pack: not now");
  EXPECT_THAT(hear(kPack + band(3, std::string(60000, 'x'))).error, SizeIs(testing::Lt(1100U)));
}

TEST(FetchResponse, WhatTheServerNoLongerHasHasMoved) {
  for (const auto& bytes : {line("ERR upload-pack: not our ref " + kA.hex()),
                            line("ERR want " + kA.hex() + " not valid"),
                            kPack + band(3, "upload-pack: not our ref " + kA.hex() + "\n")}) {
    const auto heard = hear(bytes);
    EXPECT_THAT(heard.error, testing::StartsWith("moved: remote error: "));
    EXPECT_EQ(heard.cause, Cause::kCommitNotServed);
  }
}

TEST(FetchResponse, TheSinksErrorIsReturnedAsItIs) {
  FetchResponseReader reader({.wants = {kA}}, {.pack = [](std::string_view) -> util::Result<void> {
                               return util::fail(ErrorKind::kLocal, Cause::kDiskFull, "full");
                             }});
  EXPECT_FALSE(reader.has_begun());
  ASSERT_TRUE(reader.feed(kPack));
  EXPECT_TRUE(reader.has_begun());
  EXPECT_FALSE(reader.sink_error());
  const auto fed = reader.feed(band(1, "PACK"));
  ASSERT_FALSE(fed);
  EXPECT_EQ(fed.error().message, "full");
  EXPECT_EQ(fed.error().cause, Cause::kDiskFull);
  ASSERT_TRUE(reader.sink_error());
  EXPECT_EQ(reader.sink_error()->message, "full");
  EXPECT_FALSE(reader.feed(kFlush));
}

// Feeds `bytes` again and again behind `start`; the message of the error, "" if there is none in
// 100 MB.
std::string endless(const std::string& start, const std::string& bytes) {
  FetchResponseReader reader({.wants = {kA}},
                             {.pack = [](std::string_view) { return util::Result<void>(); }});
  EXPECT_TRUE(reader.feed(start));
  std::string many;
  while (many.size() < 60000) many += bytes;
  for (std::size_t sum = 0; sum < 100'000'000; sum += many.size()) {
    if (const auto fed = reader.feed(many); !fed) return fed.error().message;
  }
  return "";
}

TEST(FetchResponse, WhatNeverEndsIsRefusedExceptThePack) {
  const auto much = band(2, std::string(60000, 'x'));
  EXPECT_THAT(endless(kPack, much), HasSubstr("instead of sending the pack"));
  EXPECT_THAT(endless(kPack, band(2, "")), HasSubstr("instead of sending the pack"));
  EXPECT_THAT(endless(kPack, band(1, "")), HasSubstr("instead of sending the pack"));
  EXPECT_THAT(endless(line("acknowledgments"), line("NAK")),
              HasSubstr("instead of sending the pack"));
  EXPECT_THAT(endless(line("shallow-info"), line("shallow " + kA.hex())),
              HasSubstr("at too many commits"));
  EXPECT_EQ(endless(kPack, band(1, std::string(60000, 'x'))), "");
}

}  // namespace
}  // namespace gitsync::git
