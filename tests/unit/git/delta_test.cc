// SPDX-License-Identifier: Apache-2.0
#include "git/delta.h"

#include <gtest/gtest.h>

namespace gitsync::git {
namespace {

using std::string_literals::operator""s;

const std::string kBase = "0123456789";
// Base of 10 bytes, result of `size`.
std::string head(char size) { return "\x0a"s + size; }

// The result, or "bad".
std::string applied(const std::string& delta, const std::string& base = kBase) {
  return apply_delta(base, delta).value_or("bad");
}

TEST(Delta, CopiesAndInserts) {
  EXPECT_EQ(applied(head(7) + "\x91\x02\x03" + "\x02xy" + "\x90\x02"), "234xy01");
  EXPECT_EQ(applied(head(10) + "\x90\x0a"), kBase);
  EXPECT_EQ(applied(head(0)), "");
}

TEST(Delta, ReadsNumbersOfSeveralBytes) {
  std::string base(0x12345, 'a');
  base[0x10203] = 'b';
  const auto delta = "\xc5\xc6\x04\x02\x97\x02\x02\x01\x02"s;
  EXPECT_EQ(read_delta_sizes(delta)->base, 0x12345U);
  EXPECT_EQ(applied(delta, base), "ab");
}

TEST(Delta, TakesACopyOfNoBytesForOneOf64KiB) {
  const std::string base(0x10000, 'z');
  EXPECT_EQ(applied("\x80\x80\x04\x80\x80\x04\x80"s, base), base);
}

TEST(Delta, IsRefusedIfItLeadsOutOfItsBase) {
  EXPECT_EQ(applied(head(2) + "\x91\x09\x02"), "bad");
  EXPECT_EQ(applied(head(2) + "\x91\x0b\x02"), "bad");
  EXPECT_EQ(applied(head(2) + "\xff\xff\xff\xff\xff\xff\xff\xff"), "bad");
  EXPECT_EQ(applied("\x09\x0a\x90\x0a"), "bad") << "for another base";
}

TEST(Delta, IsRefusedIfItMakesTooMuchOrTooLittle) {
  EXPECT_EQ(applied(head(3) + "\x02xy"), "bad");
  EXPECT_EQ(applied(head(1) + "\x02xy"), "bad");
  EXPECT_EQ(applied(head(2) + "\x02xy\x90\x01"), "bad");
}

TEST(Delta, IsRefusedIfItIsCutShort) {
  const auto whole = head(7) + "\x91\x02\x03" + "\x02xy" + "\x90\x02";
  for (std::size_t size = 0; size < whole.size(); ++size) {
    EXPECT_EQ(applied(whole.substr(0, size)), "bad") << size;
  }
}

TEST(Delta, IsRefusedIfAnInstructionIsReserved) {
  EXPECT_EQ(applied(head(2) + "\0\x02xy"s), "bad");
}

TEST(DeltaSizes, AreNumbersOf64BitsAtMost) {
  EXPECT_EQ(read_delta_sizes("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01\x01")->base, UINT64_MAX);
  EXPECT_FALSE(read_delta_sizes("\xff\xff\xff\xff\xff\xff\xff\xff\xff\x02\x01"));
  EXPECT_FALSE(read_delta_sizes("\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01\x01"));
  EXPECT_FALSE(read_delta_sizes(""));
  EXPECT_FALSE(read_delta_sizes("\x01"));
}

}  // namespace
}  // namespace gitsync::git
