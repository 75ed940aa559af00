// SPDX-License-Identifier: Apache-2.0
#include "app/passwd.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <vector>

#include "support/child.h"
#include "support/temp_dir.h"
#include "util/files.h"

namespace gitsync::app {
namespace {

using ::testing::EndsWith;

struct AppendUser : ::testing::Test {
  test::TempDir dir;
  std::string file = dir / "passwd";
  UserEntry entry{.uid = 50000, .gid = 7, .home = "/tmp"};
};

TEST_F(AppendUser, AddsOneLineInTheFormOfPasswd5) {
  ASSERT_TRUE(util::write_file(file, "root:x:0:0:root:/root:/bin/bash\n"));
  ASSERT_TRUE(append_user(file, entry));
  EXPECT_EQ(util::read_file(file).value(),
            "root:x:0:0:root:/root:/bin/bash\n"
            "git-sync:x:50000:7::/tmp:/sbin/nologin\n");
}

TEST_F(AppendUser, CompletesALastLineWithoutNewline) {
  ASSERT_TRUE(util::write_file(file, "root:x:0:0:root:/root:/bin/bash"));
  ASSERT_TRUE(append_user(file, entry));
  EXPECT_EQ(util::read_file(file).value(),
            "root:x:0:0:root:/root:/bin/bash\n"
            "git-sync:x:50000:7::/tmp:/sbin/nologin\n");
}

TEST_F(AppendUser, MakesAMissingFile) {
  ASSERT_TRUE(append_user(file, entry));
  EXPECT_EQ(util::read_file(file).value(), "git-sync:x:50000:7::/tmp:/sbin/nologin\n");
}

TEST_F(AppendUser, WritesAUidAboveTheRangeOfSignedNumbersAsItIs) {
  entry.uid = 4294967294;
  ASSERT_TRUE(append_user(file, entry));
  EXPECT_THAT(util::read_file(file).value(), EndsWith("x:4294967294:7::/tmp:/sbin/nologin\n"));
}

TEST_F(AppendUser, RefusesAHomeThatWouldMakeAnotherEntry) {
  for (const std::string home : {"/a:/b", "/a\nroot2:x:0:0::/:/bin/sh", "/a\r", "/a\x7f"}) {
    entry.home = home;
    const auto result = append_user(file, entry);
    ASSERT_FALSE(result) << home;
    EXPECT_EQ(result.error().kind, util::ErrorKind::kInvalid);
  }
  EXPECT_FALSE(util::exists(file));
}

TEST_F(AppendUser, SaysWhyAFileCannotBeWritten) {
  const auto result = append_user(dir / "missing/passwd", entry);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().sys_errno, ENOENT);
  EXPECT_THAT(result.error().message, ::testing::HasSubstr("missing/passwd"));
}

TEST_F(AppendUser, ReportsAReadOnlyFileToAnOrdinaryUser) {
  ASSERT_TRUE(util::write_file(file, "root:x:0:0:root:/root:/bin/bash\n", 0444));
  ASSERT_EQ(::chmod(dir.path().c_str(), 0755), 0);
  test::Child child([&] {
    if (::getuid() == 0 && ::setuid(65533) != 0) return 1;
    const auto result = append_user(file, entry);
    return !result && result.error().sys_errno == EACCES ? 0 : 2;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(AppendUser, KeepsEveryLineOfProcessesThatAppendAtOnce) {
  std::vector<std::unique_ptr<test::Child>> children;
  for (unsigned i = 0; i < 8; ++i) {
    children.push_back(std::make_unique<test::Child>([&, i] {
      for (unsigned k = 0; k < 50; ++k) {
        if (!append_user(file, {.uid = i * 1000 + k, .gid = 0, .home = "/tmp"})) return 1;
      }
      return 0;
    }));
  }
  for (auto& child : children) EXPECT_EQ(child->wait(), 0);
  const auto content = util::read_file(file).value();
  EXPECT_EQ(std::ranges::count(content, '\n'), 400);
  EXPECT_EQ(content.find("\n\n"), std::string::npos);
}

TEST(UserExists, KnowsRootAndNotARandomNumber) {
  EXPECT_TRUE(user_exists(0));
  EXPECT_FALSE(user_exists(3987654321));
}

}  // namespace
}  // namespace gitsync::app
