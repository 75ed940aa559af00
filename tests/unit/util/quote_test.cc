// SPDX-License-Identifier: Apache-2.0
#include "util/quote.h"

#include <gtest/gtest.h>

namespace gitsync::util {
namespace {

TEST(Quote, KeepsTextOnOneLine) {
  EXPECT_EQ(quoted("a b"), "\"a b\"");
  EXPECT_EQ(quoted("a\nb\r\t"), "\"a\\nb\\r\\t\"");
  EXPECT_EQ(escaped("\x1b[31m\x7f"), "\\x1b[31m\\x7f");
  EXPECT_EQ(escaped("\"\\"), "\"\\\\");
  EXPECT_EQ(quoted("\"\\"), "\"\\\"\\\\\"");
  EXPECT_EQ(escaped(std::string_view("\0", 1)), "\\x00");
}

TEST(Quote, KeepsUtf8AndEscapesTheRest) {
  EXPECT_EQ(escaped("Gr\u00fc\u00dfe \u20ac \U0001f600"), "Gr\u00fc\u00dfe \u20ac \U0001f600");
  EXPECT_EQ(escaped("\xff"), "\\xff");
  EXPECT_EQ(escaped("\xc3"), "\\xc3");
  EXPECT_EQ(escaped("\xc3("), "\\xc3(");
  EXPECT_EQ(escaped("\xed\xa0\x80"), "\\xed\\xa0\\x80");
  EXPECT_EQ(escaped("\xc2\x9b"), "\\xc2\\x9b");
}

}  // namespace
}  // namespace gitsync::util
