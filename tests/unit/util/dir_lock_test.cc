// SPDX-License-Identifier: Apache-2.0
#include "util/dir_lock.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <optional>
#include <string>
#include <thread>

#include "support/child.h"
#include "support/temp_dir.h"
#include "util/files.h"
#include "util/process.h"

namespace gitsync::util {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct DirLockTest : ::testing::Test {
  test::TempDir dir;
  std::string file = dir / ".git-sync.lock";
  bool is_free() { return DirLock::try_acquire(file).has_value(); }
};

TEST_F(DirLockTest, SecondHolderIsBusyUntilTheFirstIsGone) {
  std::optional<DirLock> first{DirLock::try_acquire(file).value()};
  EXPECT_EQ(DirLock::try_acquire(file).error().kind, ErrorKind::kBusy);
  first.reset();
  EXPECT_TRUE(is_free());
}

TEST_F(DirLockTest, MovesWithTheObject) {
  auto first = DirLock::try_acquire(file).value();
  const DirLock second = std::move(first);
  EXPECT_FALSE(is_free());
}

TEST_F(DirLockTest, WaitsForTheHolderAndThenHasIt) {
  std::optional<DirLock> first{DirLock::try_acquire(file).value()};
  std::thread releaser([&] { first.reset(); });
  EXPECT_TRUE(DirLock::acquire(file, {.deadline = SteadyClock::now() + test::kPatience}));
  releaser.join();
}

TEST_F(DirLockTest, WaitingEndsAtTheDeadlineAndNamesTheFile) {
  const auto holder = DirLock::try_acquire(file).value();
  const auto result = DirLock::acquire(file, {.deadline = SteadyClock::now() + milliseconds(60)});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::kTimeout);
  EXPECT_NE(result.error().message.find(file), std::string::npos);
}

TEST_F(DirLockTest, WaitingEndsWhenStopped) {
  const auto holder = DirLock::try_acquire(file).value();
  const Event stop;
  std::thread stopper([&] { stop.set(); });
  const auto result =
      DirLock::acquire(file, {.deadline = SteadyClock::now() + test::kPatience, .stop = &stop});
  stopper.join();
  EXPECT_EQ(result.error().kind, ErrorKind::kStopped);
}

TEST_F(DirLockTest, AKilledProcessHoldsNothing) {
  test::Child holder([&] {
    const auto lock = DirLock::try_acquire(file);
    if (!write_file(dir / "held", "")) return 1;
    ::pause();
    return 0;
  });
  ASSERT_TRUE(test::eventually([&] { return exists(dir / "held"); }));
  EXPECT_FALSE(is_free());
  holder.signal(SIGKILL);
  holder.wait();
  EXPECT_TRUE(is_free());
}

TEST_F(DirLockTest, IsNotInheritedByAChildThatOutlivesUs) {
  std::optional<DirLock> lock{DirLock::try_acquire(file).value()};
  SystemProcessRunner runner;
  const auto started =
      runner.run({.argv = {"/bin/sh", "-c", "sleep 1000 & echo $!"}, .leftovers = Leftovers::kKeep},
                 Environment{}, {});
  lock.reset();
  EXPECT_TRUE(is_free());
  ::kill(std::stoi(started.value().standard_output), SIGKILL);
}

TEST_F(DirLockTest, DoesNotFollowALinkAndSaysSo) {
  ASSERT_EQ(::symlink("elsewhere", file.c_str()), 0);
  const auto result = DirLock::try_acquire(file);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "lock " + file + ": it is a symlink, not a file");
  EXPECT_NE(result.error().hint.find(file), std::string::npos);
  EXPECT_FALSE(exists(dir / "elsewhere"));
}

TEST_F(DirLockTest, SaysWhatIsInItsPlace) {
  ASSERT_TRUE(make_directories(file));
  EXPECT_EQ(DirLock::try_acquire(file).error().message,
            "lock " + file + ": it is a directory, not a file");
  ASSERT_TRUE(remove_tree(file));
  ASSERT_EQ(::mkfifo(file.c_str(), 0600), 0);
  EXPECT_EQ(DirLock::try_acquire(file).error().message,
            "lock " + file + ": it is a device or pipe, not a file");
}

TEST_F(DirLockTest, NoticesThatItsFileWasRemoved) {
  const auto lock = DirLock::try_acquire(file).value();
  EXPECT_TRUE(lock.is_current());
  ASSERT_EQ(::unlink(file.c_str()), 0);
  EXPECT_FALSE(lock.is_current());
  // The other one, which could overlap, has the file that counts now.
  const auto other = DirLock::try_acquire(file).value();
  EXPECT_TRUE(other.is_current());
  EXPECT_FALSE(lock.is_current());
}

TEST_F(DirLockTest, NoticesThatItsFileWasReplaced) {
  const auto lock = DirLock::try_acquire(file).value();
  ASSERT_TRUE(write_file_atomic(file, "tmp-", "", 0666));
  EXPECT_FALSE(lock.is_current());
  ASSERT_TRUE(remove_tree(file));
  ASSERT_EQ(::symlink("elsewhere", file.c_str()), 0);
  EXPECT_FALSE(lock.is_current());
}

// A holder removes the file as its last act: whoever has opened it before must not think that the
// lock on what was removed means anything.
TEST_F(DirLockTest, IsOnlyGivenOutOnTheFileThatHasTheName) {
  std::atomic<bool> done = false;
  std::thread remover([&] {
    while (!done) {
      if (const auto lock = DirLock::try_acquire(file)) ::unlink(file.c_str());
    }
  });
  int stale = 0;
  for (int taken = 0; taken < 5000;) {
    const auto lock = DirLock::try_acquire(file);
    if (!lock) continue;
    ++taken;
    if (!lock->is_current()) ++stale;
  }
  done = true;
  remover.join();
  EXPECT_EQ(stale, 0);
}

TEST_F(DirLockTest, MissingDirectoryIsNotFound) {
  EXPECT_EQ(DirLock::try_acquire(dir / "missing/lock").error().kind, ErrorKind::kNotFound);
}

}  // namespace
}  // namespace gitsync::util
