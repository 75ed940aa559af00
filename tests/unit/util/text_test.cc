// SPDX-License-Identifier: Apache-2.0
#include "util/text.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "util/environment.h"
#include "util/process.h"

namespace gitsync::util {
namespace {

using Words = std::vector<std::string>;

std::string all_bytes_but_nul() {
  std::string bytes;
  for (int c = 1; c < 256; ++c) bytes += static_cast<char>(c);
  return bytes;
}

TEST(Trim, RemovesBlanksAtBothEndsOnly) {
  EXPECT_EQ(trim(" \t\r\n a b \n"), "a b");
  EXPECT_EQ(trim(" \n"), "");
  EXPECT_EQ(trim(""), "");
}

TEST(Split, KeepsEmptyParts) {
  EXPECT_EQ(split("a::b:", ':'), (Words{"a", "", "b", ""}));
  EXPECT_EQ(split("", ':'), Words{""});
}

TEST(Join, IsTheInverseOfSplit) {
  for (const std::string text : {"", ":", "a", "a:b", ":a::"}) {
    EXPECT_EQ(join(split(text, ':'), ":"), text);
  }
  EXPECT_EQ(join({}, ":"), "");
}

TEST(DisplayCommand, QuotesOnlyWhatWouldMislead) {
  EXPECT_EQ(display_command({"git", "fetch", "a b", "", "x\ty", "say \"hi\""}),
            "git fetch \"a b\" \"\" \"x\ty\" \"say \\\"hi\\\"\"");
}

TEST(ShellQuote, ShellGivesBackEveryByte) {
  SystemProcessRunner runner;
  for (const std::string& text : Words{"", "plain", "-n", "a b", "$(id)", "`id`", "'", "''\\''",
                                       "~", "#x", all_bytes_but_nul()}) {
    const auto result = runner.run({.argv = {"/bin/sh", "-c", "printf %s " + shell_quote(text)}},
                                   Environment{}, {});
    EXPECT_EQ(result.value().standard_output, text);
  }
}

TEST(Hex, IsLowerCaseAndTwoDigitsAByte) {
  EXPECT_EQ(to_hex(std::string("\x00\x0f\xff", 3)), "000fff");
  EXPECT_TRUE(is_hex("09afAF"));
  EXPECT_FALSE(is_hex(""));
  EXPECT_FALSE(is_hex("0g"));
  EXPECT_EQ(hex_value('9'), 9);
  EXPECT_EQ(hex_value('f'), 15);
  EXPECT_EQ(hex_value('A'), 10);
  for (const char c : {'/', ':', '@', 'G', '`', 'g', '\0'}) EXPECT_EQ(hex_value(c), -1);
}

TEST(Md5Hex, IsTheKnownDigest) {
  EXPECT_EQ(md5_hex(""), "d41d8cd98f00b204e9800998ecf8427e");
  EXPECT_EQ(md5_hex("abc"), "900150983cd24fb0d6963f7d28e17f72");
}

TEST(Environment, TheFirstOfDuplicatesCountsAndOddEntriesAreDropped) {
  const char* const entries[] = {"A=1", "B=x=y", "A=2", "NOVALUE", "=odd", "C=", nullptr};
  const auto environment = Environment::from(entries);
  EXPECT_EQ(environment.entries(), (Words{"A=1", "B=x=y", "C="}));
  EXPECT_EQ(environment.get("C"), "");
  EXPECT_EQ(environment.get("NOVALUE"), std::nullopt);
  EXPECT_EQ(environment.get_or("D", "d"), "d");
}

TEST(Environment, ChangesStayInTheCopy) {
  Environment original;
  original.set("A", "1");
  Environment copy = original;
  copy.set("A", "2");
  copy.unset("missing");
  EXPECT_EQ(original.get("A"), "1");
  copy.unset("A");
  EXPECT_EQ(copy.get("A"), std::nullopt);
}

}  // namespace
}  // namespace gitsync::util
