// SPDX-License-Identifier: Apache-2.0
#include "auth/token_file.h"

#include <gmock/gmock.h>

#include "support/temp_dir.h"
#include "util/files.h"

namespace gitsync::auth {
namespace {

using testing::HasSubstr;
using util::Cause;

class TokenFileTest : public testing::Test {
 protected:
  util::Result<std::string> read(const std::string& content) {
    EXPECT_TRUE(util::write_file(path_, content));
    return read_token_file(path_);
  }

  const test::TempDir dir_;
  const std::string path_ = dir_ / "token";
};

TEST_F(TokenFileTest, WhatStandsAroundTheTokenDoesNotCount) {
  for (const std::string content : {"abc", "abc\n", "abc\r\n", " \tabc \n\n"}) {
    EXPECT_EQ(read(content).value(), "abc");
  }
}

TEST_F(TokenFileTest, WhatCannotStandInAHeaderAsOneWordIsRefused) {
  const std::string with_nul("nul\0!", 5);
  for (const auto& content :
       {std::string("two words"), std::string("two\nlines"), std::string("a\tb"), with_nul,
        std::string("\xc3\xa4"), std::string("a\x7f")}) {
    const auto token = read(content);
    ASSERT_FALSE(token) << content;
    EXPECT_THAT(token.error().message, HasSubstr(path_ + " must hold one line without blanks"));
    EXPECT_EQ(token.error().cause, Cause::kTokenUnusable);
  }
  EXPECT_EQ(read("\n").error().message, path_ + " is empty");
}

TEST_F(TokenFileTest, ATokenMayBeLongAndAFileIsBounded) {
  EXPECT_EQ(read(std::string(16'000, 't')).value().size(), 16'000U);
  EXPECT_EQ(read(std::string(17'000, 't')).error().cause, Cause::kSecretFileUnreadable);
  EXPECT_EQ(read_token_file(dir_ / "missing").error().cause, Cause::kSecretFileUnreadable);
}

}  // namespace
}  // namespace gitsync::auth
