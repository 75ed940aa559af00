// SPDX-License-Identifier: Apache-2.0
#include "auth/value_cleaner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/captured_log.h"

namespace gitsync::auth {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::size_t count(const std::string& text, const std::string& part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++found;
  return found;
}

TEST(ValueCleaner, LeavesCleanValuesAloneAndSilently) {
  test::CapturedLog log;
  ValueCleaner cleaner(log.logger());
  for (const std::string value : {"", "token", " blanks around ", "in\tside", "p=a:s\"s"}) {
    EXPECT_EQ(cleaner.clean(value, "S").value(), value);
  }
  EXPECT_EQ(log.text(), "");
}

TEST(ValueCleaner, StripsLineBreaksAtTheEnd) {
  test::CapturedLog log;
  ValueCleaner cleaner(log.logger());
  for (const std::string end : {"\n", "\r\n", "\r", "\n\n\r\n"}) {
    EXPECT_EQ(cleaner.clean("token" + end, "S").value(), "token");
    EXPECT_EQ(cleaner.clean(end, "S").value(), "");
  }
}

TEST(ValueCleaner, WarnsOncePerSettingNamingItButNotTheValue) {
  test::CapturedLog log;
  ValueCleaner cleaner(log.logger());
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(cleaner.clean("hunter22\n", "GITSYNC_PASSWORD"));
    ASSERT_TRUE(cleaner.clean("hunter22\n", "--credential"));
  }
  EXPECT_EQ(count(log.text(), "GITSYNC_PASSWORD"), 1U);
  EXPECT_EQ(count(log.text(), "--credential"), 1U);
  EXPECT_THAT(log.text(), Not(HasSubstr("hunter22")));
}

TEST(ValueCleaner, RefusesFurtherLinesAndNulNamingTheSettingButNotTheValue) {
  test::CapturedLog log;
  ValueCleaner cleaner(log.logger());
  for (const auto& value : {std::string("hunter22\nurl=http://evil"), std::string("\nhunter22"),
                            std::string("hunter22\rx"), std::string("hunter22\0x", 10)}) {
    const auto result = cleaner.clean(value, "--password-file");
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().kind, util::ErrorKind::kInvalid);
    EXPECT_THAT(result.error().message,
                AllOf(HasSubstr("--password-file"), Not(HasSubstr("hunter22"))));
  }
}

}  // namespace
}  // namespace gitsync::auth
