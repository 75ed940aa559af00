// SPDX-License-Identifier: Apache-2.0
#include "util/byte_size.h"

#include <gtest/gtest.h>

namespace gitsync::util {
namespace {

TEST(ByteSizeTest, UnitsArePowersOfAThousandOrOf1024) {
  EXPECT_EQ(parse_byte_size("0"), 0U);
  EXPECT_EQ(parse_byte_size("512B"), 512U);
  EXPECT_EQ(parse_byte_size("64K"), 64'000U);
  EXPECT_EQ(parse_byte_size("64KB"), 64'000U);
  EXPECT_EQ(parse_byte_size("64Ki"), 65'536U);
  EXPECT_EQ(parse_byte_size("10GiB"), std::uint64_t{10} << 30);
  EXPECT_EQ(parse_byte_size("2Ti"), std::uint64_t{2} << 40);
}

TEST(ByteSizeTest, EverythingElseIsNone) {
  for (const std::string_view text :
       {"", "G", "-1", "+1", "1.5G", " 1", "1 G", "1g", "1Pi", "1iB", "1KK", "9223372036854775808",
        "9007199254740993Ki", "18446744073709551616"}) {
    EXPECT_FALSE(parse_byte_size(text)) << text;
  }
  EXPECT_EQ(parse_byte_size("9223372036854775807"), 9223372036854775807U);
}

}  // namespace
}  // namespace gitsync::util
