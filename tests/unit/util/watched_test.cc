// SPDX-License-Identifier: Apache-2.0
#include "util/watched.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>

#include "support/temp_dir.h"
#include "util/files.h"

namespace gitsync::util {
namespace {

using std::chrono::nanoseconds;

// Below the age of anything that is looked at twice.
constexpr nanoseconds kNeverYoung = nanoseconds::min();

class WatchedTest : public testing::Test {
 protected:
  WatchedTest() {
    EXPECT_TRUE(write_file(file, "one"));
    EXPECT_TRUE(make_directories(folder));
    // So that a change shows where the file system's clock is coarse.
    for (const auto& path : {file, folder}) {
      const timespec times[] = {{.tv_sec = 1000, .tv_nsec = 0}, {.tv_sec = 1000, .tv_nsec = 0}};
      EXPECT_EQ(::utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
    }
    for (const auto& path : {file, folder, missing}) watched.add(path);
  }

  test::TempDir dir;
  const std::string file = dir / "file";
  const std::string folder = dir / "folder";
  const std::string missing = dir / "missing";
  Watched watched{kNeverYoung};
};

TEST_F(WatchedTest, WhatIsAsItWasHasNotChanged) {
  EXPECT_FALSE(watched.has_changed());
  ASSERT_TRUE(read_file(file));
  ASSERT_TRUE(list_directory(folder));
  EXPECT_FALSE(watched.has_changed());
}

TEST_F(WatchedTest, AnotherContentIsAChange) {
  ASSERT_TRUE(write_file(file, "another"));
  EXPECT_TRUE(watched.has_changed());
}

TEST_F(WatchedTest, AFileInItsPlaceIsAChangeThoughItsTimesAreSet) {
  struct stat before{};
  ASSERT_EQ(::stat(file.c_str(), &before), 0);
  ASSERT_TRUE(write_file(dir / "other", "two"));
  const timespec times[] = {before.st_atim, before.st_mtim};
  ASSERT_EQ(::utimensat(AT_FDCWD, (dir / "other").c_str(), times, 0), 0);
  ASSERT_EQ(::rename((dir / "other").c_str(), file.c_str()), 0);
  EXPECT_TRUE(watched.has_changed());
}

TEST_F(WatchedTest, ANewNameInAFolderIsAChange) {
  ASSERT_TRUE(write_file(folder + "/name", ""));
  EXPECT_TRUE(watched.has_changed());
}

TEST_F(WatchedTest, WhatComesAndWhatGoesIsAChange) {
  ASSERT_TRUE(write_file(missing, ""));
  EXPECT_TRUE(watched.has_changed());
  ASSERT_EQ(::unlink(missing.c_str()), 0);
  EXPECT_FALSE(watched.has_changed());
  ASSERT_EQ(::unlink(file.c_str()), 0);
  EXPECT_TRUE(watched.has_changed());
}

TEST_F(WatchedTest, ASymlinkToTheSameIsAChange) {
  ASSERT_EQ(::rename(folder.c_str(), (dir / "moved").c_str()), 0);
  ASSERT_EQ(::symlink("moved", folder.c_str()), 0);
  EXPECT_TRUE(watched.has_changed());
}

TEST_F(WatchedTest, ForgottenIsNothingKnown) {
  watched.forget();
  EXPECT_TRUE(watched.has_changed());
  watched.add(file);
  EXPECT_FALSE(watched.has_changed());
}

// It may be written once more within the same tick of the clock.
TEST_F(WatchedTest, WhatHadJustChangedIsNotTrusted) {
  Watched careful(std::chrono::hours(1));
  careful.add(file);
  EXPECT_TRUE(careful.has_changed());
}

TEST(Watched, NothingIsKnownAtFirst) { EXPECT_TRUE(Watched().has_changed()); }

}  // namespace
}  // namespace gitsync::util
