// SPDX-License-Identifier: Apache-2.0
#include "tree/write_pool.h"

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <latch>
#include <memory>
#include <thread>

#include "util/event.h"

namespace gitsync::tree {
namespace {

using util::Result;
using namespace std::chrono_literals;

constexpr std::size_t kMiB = std::size_t{1} << 20;

Result<void> fail_job() { return util::fail(util::ErrorKind::kLocal, "a job failed"); }

TEST(WritePool, WithOneThreadJobsRunWhereTheyAreAdded) {
  WritePool pool(1, {});
  std::thread::id there;
  ASSERT_TRUE(pool.add({}, [&]() -> Result<void> {
    there = std::this_thread::get_id();
    return {};
  }));
  EXPECT_EQ(there, std::this_thread::get_id());
  EXPECT_FALSE(pool.add({}, fail_job));
}

TEST(WritePool, AsManyJobsRunAtOnceAsItIsWide) {
  WritePool pool(4, {});
  std::latch all(4);
  for (int i = 0; i < 4; ++i) {
    ASSERT_TRUE(pool.add({.bytes = 1}, [&all]() -> Result<void> {
      all.arrive_and_wait();
      return {};
    }));
  }
  EXPECT_TRUE(pool.finish());
}

TEST(WritePool, EveryJobHasRunWhenItIsFinished) {
  WritePool pool(3, {});
  std::atomic<int> ran = 0;
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(pool.add({.bytes = 10}, [&ran]() -> Result<void> {
      ++ran;
      return {};
    }));
  }
  ASSERT_TRUE(pool.finish());
  EXPECT_EQ(ran, 1000);
}

// Two in one folder are held up; a job of another folder goes before a third one of theirs.
TEST(WritePool, JobsOfOtherFoldersGoFirst) {
  WritePool pool(2, {});
  std::latch begun(1);
  std::latch go(1);
  std::atomic<int> order = 0;
  int same = 0;
  int other = 0;
  ASSERT_TRUE(pool.add({.folder = 1}, [&]() -> Result<void> {
    begun.count_down();
    go.wait();
    return {};
  }));
  begun.wait();
  std::latch second(1);
  std::latch added(1);
  ASSERT_TRUE(pool.add({.folder = 2}, [&]() -> Result<void> {
    second.count_down();
    added.wait();
    return {};
  }));
  second.wait();
  const auto note = [&order](int& place) -> WritePool::Job {
    return [&order, &place]() -> Result<void> {
      place = ++order;
      return {};
    };
  };
  ASSERT_TRUE(pool.add({.folder = 1}, note(same)));
  ASSERT_TRUE(pool.add({.folder = 3}, note(other)));
  added.count_down();
  ASSERT_TRUE(pool.wait_until([&order] { return order == 2; }));
  go.count_down();
  EXPECT_EQ(other, 1);
  EXPECT_EQ(same, 2);
}

TEST(WritePool, TheFirstFailureEndsAllAndComesBack) {
  WritePool pool(2, {});
  ASSERT_TRUE(pool.add({}, fail_job));
  const auto finished = pool.finish();
  ASSERT_FALSE(finished);
  EXPECT_EQ(finished.error().message, "a job failed");
  bool ran = false;
  const auto added = pool.add({}, [&ran]() -> Result<void> {
    ran = true;
    return {};
  });
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().message, "a job failed");
  EXPECT_FALSE(ran);
}

// Two threads that are held up, each by a job of two MiB: nothing more has room.
TEST(WritePool, WhatWaitsIsBounded) {
  std::latch go(1);
  const util::Limit limit{.deadline = util::SteadyClock::now() + 2s};
  WritePool pool(2, limit);
  const auto hold = [&go]() -> Result<void> {
    go.wait();
    return {};
  };
  ASSERT_TRUE(pool.add({.bytes = 2 * kMiB}, hold));
  ASSERT_TRUE(pool.add({.bytes = 2 * kMiB}, hold));
  const auto added = pool.add({.bytes = 1}, hold);
  go.count_down();
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().kind, util::ErrorKind::kTimeout);
}

TEST(WritePool, GivenUpItWaitsForWhatRunsAndDropsTheRest) {
  std::atomic<int> begun = 0;
  std::atomic<int> ended = 0;
  {
    std::latch first(1);
    WritePool pool(2, {});
    for (int i = 0; i < 100; ++i) {
      ASSERT_TRUE(pool.add({}, [&]() -> Result<void> {
        if (begun++ == 0) first.count_down();
        ++ended;
        return {};
      }));
    }
    first.wait();
  }
  EXPECT_EQ(begun, ended);
  EXPECT_GE(ended, 1);
}

}  // namespace
}  // namespace gitsync::tree
