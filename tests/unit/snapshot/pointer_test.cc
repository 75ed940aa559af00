// SPDX-License-Identifier: Apache-2.0
#include "snapshot/pointer.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "util/timestamp.h"

namespace gitsync::snapshot {
namespace {

using nlohmann::json;
using testing::HasSubstr;

StoredFile file(const std::string& key) {
  return {.key = key, .sha256 = std::string(64, 'd'), .size = 123};
}

Pointer sample() {
  const tree::Revision now{std::string(40, 'a')};
  const tree::Revision before{std::string(40, 'b')};
  return {.revision = now,
          .source = "https://host/dags",
          .ref = "main",
          .time = std::chrono::sys_seconds(std::chrono::seconds(1700000000)),
          .author = "Ada",
          .subject = "ünïcode \"quoted\"",
          .archive = file("a.tar.gz"),
          .tree_sha256 = std::string(64, 'e'),
          .files = 7,
          .steps = {{.from = before, .to = now, .file = file("b..a.tar.gz")}},
          .superseded = {{.revision = before,
                          .at = std::chrono::sys_seconds(std::chrono::seconds(1700000001)),
                          .files = {"b.tar.gz", "b..a.tar.gz"}}}};
}

json document() { return json::parse(to_json(sample())); }

std::string error_of(const json& document) {
  const auto pointer = parse_pointer(document.dump());
  return pointer ? "" : pointer.error().message;
}

TEST(Pointer, WhatIsWrittenIsRead) {
  const auto read = parse_pointer(to_json(sample()));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(to_json(*read), to_json(sample()));
  EXPECT_EQ(read->revision.id, std::string(40, 'a'));
  EXPECT_EQ(read->subject, "ünïcode \"quoted\"");
  EXPECT_EQ(read->steps.size(), 1U);
}

TEST(Pointer, TextOfAnotherEncodingIsMadeReadable) {
  auto pointer = sample();
  pointer.subject = "caf\xe9";
  const auto read = parse_pointer(to_json(pointer));
  ASSERT_TRUE(read);
  EXPECT_EQ(read->subject, "caf\xef\xbf\xbd");
}

TEST(Pointer, WhatWhoeverCommitsMayWriteIsReadAsWell) {
  auto pointer = sample();
  pointer.author = std::string(700000, '"');
  pointer.subject = "x";
  for (int i = 0; i < 2000; ++i) pointer.subject += "ü";
  pointer.time = std::chrono::sys_seconds(std::chrono::seconds(300000000000));
  const auto read = parse_pointer(to_json(pointer));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->author, std::string(1024, '"') + "…");
  EXPECT_EQ(read->subject, pointer.subject.substr(0, 1023) + "…");
  EXPECT_EQ(util::format_timestamp(read->time), "9999-12-31T23:59:59Z");
  pointer.time = std::chrono::sys_seconds(std::chrono::seconds(-100000000000));
  EXPECT_TRUE(parse_pointer(to_json(pointer)));
}

TEST(Pointer, UnknownMembersAreIgnoredAnotherFormatIsNot) {
  auto more = document();
  more["later"] = {{"deep", 1}};
  EXPECT_EQ(error_of(more), "");
  more["format"] = 2;
  EXPECT_THAT(error_of(more), HasSubstr("another than 1"));
}

TEST(Pointer, StepsAndTheSupersededMayBeMissing) {
  auto less = document();
  less.erase("steps");
  less.erase("superseded");
  EXPECT_EQ(error_of(less), "");
}

TEST(Pointer, SaysWhichMemberIsWrong) {
  const std::vector<std::pair<json::json_pointer, json>> wrong = {
      {json::json_pointer("/commit"), "main"},
      {json::json_pointer("/commit"), "../../etc"},
      {json::json_pointer("/time"), "yesterday"},
      {json::json_pointer("/archive/key"), "../secret"},
      {json::json_pointer("/archive/key"), "a/b"},
      {json::json_pointer("/archive/sha256"), std::string(64, 'x')},
      {json::json_pointer("/archive/sha256"), std::string(40, 'a')},
      {json::json_pointer("/archive/size"), -1},
      {json::json_pointer("/archive/size"), 1e300},
      {json::json_pointer("/archive"), 1},
      {json::json_pointer("/tree/sha256"), 1},
      {json::json_pointer("/tree"), nullptr},
      {json::json_pointer("/steps"), 1},
      {json::json_pointer("/steps/0"), 1},
      {json::json_pointer("/steps/0/from"), ""},
      {json::json_pointer("/superseded/0/at"), 1},
      {json::json_pointer("/superseded/0/files/0"), "../a"}};
  for (const auto& [where, value] : wrong) {
    auto changed = document();
    changed[where] = value;
    EXPECT_THAT(error_of(changed), HasSubstr("no pointer to a snapshot"))
        << where.to_string() << " " << value;
  }
}

TEST(Pointer, WhatIsNoJsonOrTooMuchIsRefused) {
  for (const auto& text :
       {std::string(), std::string("{"), std::string("[]"), std::string(100000, '['),
        "{\"format\":1}" + std::string(2U << 20U, ' ')}) {
    EXPECT_FALSE(parse_pointer(text)) << text.substr(0, 20);
  }
  auto many = document();
  for (int i = 0; i < 40; ++i) many["steps"].push_back(many["steps"][0]);
  EXPECT_THAT(error_of(many), HasSubstr("steps"));
}

}  // namespace
}  // namespace gitsync::snapshot
