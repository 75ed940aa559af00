// SPDX-License-Identifier: Apache-2.0
#include "util/dir_lock.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

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

TEST_F(DirLockTest, DoesNotFollowALink) {
  ASSERT_EQ(::symlink("elsewhere", file.c_str()), 0);
  EXPECT_FALSE(DirLock::try_acquire(file));
  EXPECT_FALSE(exists(dir / "elsewhere"));
}

TEST_F(DirLockTest, MissingDirectoryIsNotFound) {
  EXPECT_EQ(DirLock::try_acquire(dir / "missing/lock").error().kind, ErrorKind::kNotFound);
}

}  // namespace
}  // namespace gitsync::util
