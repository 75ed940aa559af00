// SPDX-License-Identifier: Apache-2.0
// What ends a child that does not end by itself, and what becomes of those it started.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>

#include <functional>
#include <string>
#include <thread>

#include "support/child.h"
#include "support/temp_dir.h"
#include "util/files.h"
#include "util/process.h"
#include "util/text.h"

namespace gitsync::util {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::StartsWith;

Deadline in(SteadyClock::duration time) { return SteadyClock::now() + time; }

// A shell script under a limit, and the numbers of processes that it notes in the file $PIDS.
struct ProcessLimit : ::testing::Test {
  std::expected<ProcessResult, ProcessFailure> shell(const std::string& script, const Limit& limit,
                                                     Leftovers leftovers = Leftovers::kKill) {
    Environment environment;
    environment.set("PATH", "/usr/bin:/bin");
    environment.set("PIDS", pids);
    return runner.run({.argv = {"/bin/sh", "-c", script}, .leftovers = leftovers}, environment,
                      limit);
  }
  // The same, ended once `there` holds: as by a deadline, but not before it has got that far.
  std::expected<ProcessResult, ProcessFailure> shell_until(const std::function<bool()>& there,
                                                           const std::string& script,
                                                           Leftovers leftovers = Leftovers::kKill) {
    const Event stop;
    std::thread stopper([&] {
      EXPECT_TRUE(test::eventually(there));
      stop.set();
    });
    auto result = shell(script, {.stop = &stop}, leftovers);
    stopper.join();
    return result;
  }
  std::function<bool()> notes(std::size_t count) const {
    return [this, count] { return noted().size() == count; };
  }
  std::vector<pid_t> noted() const {
    std::vector<pid_t> result;
    for (const auto& line : split(read_file(pids).value_or(""), '\n')) {
      if (!line.empty()) result.push_back(std::stoi(line));
    }
    return result;
  }
  // A zombie counts as gone: reaping it is its parent's business.
  static bool gone(pid_t pid) {
    const char state = test::process_state(pid);
    return state == '\0' || state == 'Z' || state == 'X';
  }
  void expect_all_gone(std::size_t count) {
    EXPECT_EQ(noted().size(), count);
    for (const pid_t pid : noted()) EXPECT_TRUE(test::eventually([&] { return gone(pid); })) << pid;
  }
  ~ProcessLimit() override {
    for (const pid_t pid : noted()) ::kill(pid, SIGKILL);
  }

  test::TempDir dir;
  std::string pids = dir / "pids";
  SystemProcessRunner runner;
};

TEST_F(ProcessLimit, DeadlineEndsTheChildWithTimeout) {
  const auto start = SteadyClock::now();
  const auto result = shell("echo begun; exec sleep 1000", {.deadline = in(seconds(2))});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().error.kind, ErrorKind::kTimeout);
  EXPECT_THAT(result.error().error.message, HasSubstr("deadline exceeded"));
  EXPECT_EQ(result.error().partial.standard_output, "begun\n");
  EXPECT_EQ(result.error().partial.signal, SIGTERM);
  EXPECT_LT(SteadyClock::now() - start, seconds(20));
}

TEST_F(ProcessLimit, ChildMayCleanUpOnSigterm) {
  const auto result =
      shell_until(notes(1), "trap 'echo cleaned; exit 1' TERM; sleep 1000 & echo $! > $PIDS; wait");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().partial.standard_output, "cleaned\n");
}

TEST_F(ProcessLimit, ChildThatIgnoresSigtermIsKilled) {
  const auto result =
      shell_until(notes(1), "trap '' TERM; echo $$ > $PIDS; while :; do sleep 1; done");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().partial.signal, SIGKILL);
  expect_all_gone(1);
}

TEST_F(ProcessLimit, StoppedChildIsKilled) {
  const auto is_stopped = [this] {
    return noted().size() == 1 && test::process_state(noted().front()) == 'T';
  };
  const auto result = shell_until(is_stopped, "echo $$ > $PIDS; kill -STOP $$");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().partial.signal, SIGKILL);
}

TEST_F(ProcessLimit, TheWholeGroupIsEnded) {
  const auto result = shell_until(
      notes(6),
      "trap '' TERM; for i in 1 2 3; do sh -c 'trap \"\" TERM; echo $$ >> $PIDS; sleep 1000 & echo "
      "$! >> $PIDS; wait' & done; wait");
  ASSERT_FALSE(result);
  expect_all_gone(6);
}

TEST_F(ProcessLimit, DeadlineHoldsAgainstEndlessOutput) {
  const auto start = SteadyClock::now();
  const auto result = shell("exec yes", {.deadline = in(milliseconds(300))});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().error.kind, ErrorKind::kTimeout);
  EXPECT_LE(result.error().partial.standard_output.size(), 66'000U);
  EXPECT_LT(SteadyClock::now() - start, seconds(10));
}

TEST_F(ProcessLimit, StopEventEndsTheChildFromAnotherThread) {
  const Event stop;
  std::thread stopper([&] {
    EXPECT_TRUE(test::eventually([&] { return !noted().empty(); }));
    stop.set();
  });
  const auto result = shell("echo $$ > $PIDS; exec sleep 1000", {.stop = &stop});
  stopper.join();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().error.kind, ErrorKind::kStopped);
  expect_all_gone(1);
}

TEST_F(ProcessLimit, NothingStartsOnceStoppedOrPastTheDeadline) {
  const Event stop;
  stop.set();
  EXPECT_EQ(shell("echo $$ > $PIDS", {.stop = &stop}).error().error.kind, ErrorKind::kStopped);
  EXPECT_EQ(shell("echo $$ > $PIDS", {.deadline = in(seconds(-1))}).error().error.kind,
            ErrorKind::kTimeout);
  EXPECT_TRUE(noted().empty());
}

TEST_F(ProcessLimit, GrandchildThatHoldsThePipesDoesNotProlongTheCall) {
  const auto start = SteadyClock::now();
  const auto result =
      shell("sleep 1000 & echo $! > $PIDS; echo done", {.deadline = in(seconds(60))}).value();
  EXPECT_EQ(result.standard_output, "done\n");
  EXPECT_LT(SteadyClock::now() - start, seconds(10));
  expect_all_gone(1);
}

TEST_F(ProcessLimit, GrandchildInItsOwnSessionDoesNotProlongTheCallEither) {
  const auto start = SteadyClock::now();
  const auto script =
      "setsid sh -c 'echo $$ > $PIDS; exec sleep 1000' & "
      "while [ ! -s $PIDS ]; do sleep 0.01; done; echo done";
  EXPECT_EQ(shell(script, {.deadline = in(seconds(60))}).value().standard_output, "done\n");
  ASSERT_EQ(noted().size(), 1U);
  ::kill(noted().front(), SIGKILL);
  ASSERT_TRUE(remove_tree(pids));
  ASSERT_FALSE(shell_until(notes(1), std::string(script) + "; sleep 1000"));
  EXPECT_LT(SteadyClock::now() - start, seconds(20));
}

TEST_F(ProcessLimit, DaemonIsKeptWhereAskedFor) {
  const auto result = shell("sleep 1000 & echo $! > $PIDS; echo done",
                            {.deadline = in(seconds(60))}, Leftovers::kKeep);
  EXPECT_EQ(result.value().standard_output, "done\n");
  ASSERT_EQ(noted().size(), 1U);
  EXPECT_FALSE(gone(noted().front()));
}

TEST_F(ProcessLimit, DaemonOfACommandThatHungIsNotKept) {
  ASSERT_FALSE(shell_until(notes(1), "sleep 1000 & echo $! > $PIDS; wait", Leftovers::kKeep));
  expect_all_gone(1);
}

TEST_F(ProcessLimit, WhatASuccessfulCommandStartedLivesOnAndMayWrite) {
  const auto start = SteadyClock::now();
  // It writes more than a pipe holds, and would end by SIGPIPE if nobody had it open.
  const auto result = shell(
      "sh -c 'echo $$ > $PIDS; while ! [ -e $PIDS.go ]; do sleep 0.01; done; head -c 300000 "
      "/dev/zero; echo out; echo err >&2; touch $PIDS.wrote; exec sleep 1000' &\n"
      "while ! [ -s $PIDS ]; do sleep 0.01; done; echo done",
      {.deadline = in(seconds(60))}, Leftovers::kKeepOfSuccess);
  EXPECT_EQ(result.value().standard_output, "done\n");
  EXPECT_LT(SteadyClock::now() - start, seconds(10));
  ASSERT_TRUE(write_file(pids + ".go", ""));
  EXPECT_TRUE(test::eventually([&] { return exists(pids + ".wrote"); }));
  EXPECT_FALSE(gone(noted().at(0)));
}

TEST_F(ProcessLimit, WhatAFailedOrHungCommandStartedDoesNotLiveOn) {
  const std::string service = "sleep 1000 & echo $! >> $PIDS; ";
  const auto failed =
      shell(service + "exit 3", {.deadline = in(seconds(60))}, Leftovers::kKeepOfSuccess);
  EXPECT_EQ(failed.value().exit_status, 3);
  const auto killed =
      shell(service + "kill -9 $$", {.deadline = in(seconds(60))}, Leftovers::kKeepOfSuccess);
  EXPECT_EQ(killed.value().signal, SIGKILL);
  ASSERT_FALSE(shell_until(notes(3), service + "wait", Leftovers::kKeepOfSuccess));
  expect_all_gone(3);
}

TEST_F(ProcessLimit, ChildDoesNotSurviveAKilledParent) {
  test::Child parent([this] {
    (void)shell("echo $$ > $PIDS; exec sleep 1000", {});
    return 0;
  });
  ASSERT_TRUE(test::eventually([&] { return !noted().empty(); }));
  EXPECT_FALSE(gone(noted().front()));
  parent.signal(SIGKILL);
  expect_all_gone(1);
}

}  // namespace
}  // namespace gitsync::util
