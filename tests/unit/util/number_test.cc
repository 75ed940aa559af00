// SPDX-License-Identifier: Apache-2.0
#include "util/number.h"

#include <gtest/gtest.h>

#include <limits>

namespace gitsync::util {
namespace {

TEST(ParseInt, TakesTheBaseFromThePrefix) {
  EXPECT_EQ(parse_int("10").value(), 10);
  EXPECT_EQ(parse_int("0x1F").value(), 31);
  EXPECT_EQ(parse_int("0X1f").value(), 31);
  EXPECT_EQ(parse_int("010").value(), 8);
  EXPECT_EQ(parse_int("0o17").value(), 15);
  EXPECT_EQ(parse_int("0O17").value(), 15);
  EXPECT_EQ(parse_int("0b101").value(), 5);
  EXPECT_EQ(parse_int("0B101").value(), 5);
  EXPECT_EQ(parse_int("0").value(), 0);
  EXPECT_EQ(parse_int("00").value(), 0);
}

TEST(ParseInt, TakesSignsAndUnderscoresBetweenDigits) {
  EXPECT_EQ(parse_int("-5").value(), -5);
  EXPECT_EQ(parse_int("+5").value(), 5);
  EXPECT_EQ(parse_int("-0x10").value(), -16);
  EXPECT_EQ(parse_int("1_000").value(), 1000);
  EXPECT_EQ(parse_int("0x_ff").value(), 255);
  EXPECT_EQ(parse_int("0_7").value(), 7);
}

TEST(ParseInt, RefusesTextThatIsNotANumber) {
  for (const char* text :
       {"",     " 1",  "1 ",  "x",   "1x", "0x", "0b",  "0o",  "0b2",  "08",  "0o8", "_1", "1_",
        "1__0", "0x_", "--1", "+-1", "+",  "-",  "1.0", "1e3", "0x-1", "\n1", "_",   "0_"}) {
    const auto value = parse_int(text);
    ASSERT_FALSE(value.has_value()) << '"' << text << '"';
    EXPECT_EQ(value.error().message, "invalid syntax") << text;
    EXPECT_EQ(value.error().kind, ErrorKind::kInvalid);
  }
}

TEST(ParseInt, KeepsTheLimitsOf64Bits) {
  EXPECT_EQ(parse_int("9223372036854775807").value(), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(parse_int("-9223372036854775808").value(), std::numeric_limits<std::int64_t>::min());
  for (const char* text :
       {"9223372036854775808", "-9223372036854775809", "99999999999999999999999"}) {
    const auto value = parse_int(text);
    ASSERT_FALSE(value.has_value()) << text;
    EXPECT_EQ(value.error().message, "value out of range");
  }
}

TEST(ParseFloat, ReadsDecimalAndScientific) {
  EXPECT_DOUBLE_EQ(parse_float("1.5").value(), 1.5);
  EXPECT_DOUBLE_EQ(parse_float("-2").value(), -2);
  EXPECT_DOUBLE_EQ(parse_float("+.5").value(), 0.5);
  EXPECT_DOUBLE_EQ(parse_float("1e3").value(), 1000);
  EXPECT_DOUBLE_EQ(parse_float("1E-3").value(), 0.001);
  EXPECT_DOUBLE_EQ(parse_float("010").value(), 10);
}

TEST(ParseFloat, RefusesWordsBlanksAndExcess) {
  for (const char* text :
       {"", "x", " 1", "1 ", "1s", "infinit", "-nan", "+-1", "--1", "0x10", "1e", ".", "1e999"}) {
    EXPECT_FALSE(parse_float(text).has_value()) << '"' << text << '"';
  }
}

TEST(ParseBool, AcceptsExactlyTwelveWords) {
  for (const char* text : {"1", "t", "T", "TRUE", "true", "True"}) {
    EXPECT_TRUE(parse_bool(text).value()) << text;
  }
  for (const char* text : {"0", "f", "F", "FALSE", "false", "False"}) {
    EXPECT_FALSE(parse_bool(text).value()) << text;
  }
  for (const char* text : {"", "yes", "no", "on", "off", "tRUE", " true", "true ", "2", "01"}) {
    EXPECT_FALSE(parse_bool(text).has_value()) << '"' << text << '"';
  }
}

TEST(ReadDecimal, TakesDigitsAndASignAndNothingElse) {
  EXPECT_EQ(read_decimal("0"), 0);
  EXPECT_EQ(read_decimal("-12"), -12);
  EXPECT_EQ(read_decimal("9223372036854775807"), 9223372036854775807);
  for (const char* text : {"", "-", "+1", " 1", "1 ", "0x1", "1_0", "9223372036854775808"}) {
    EXPECT_EQ(read_decimal(text), std::nullopt) << '"' << text << '"';
  }
}

}  // namespace
}  // namespace gitsync::util
