// SPDX-License-Identifier: Apache-2.0
// Each test gives a child process a Signals object and sends it signals from outside.
#include "app/signals.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <functional>
#include <string>
#include <vector>

#include "support/child.h"
#include "support/temp_dir.h"
#include "util/files.h"
#include "util/process.h"

namespace gitsync::app {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr std::array kMeaninglessNumbers{-3, 32, 65, 200, 100000, SIGKILL, SIGSTOP};
constexpr int kWoken = 77;

void wait_for(const util::Event& event) {
  const util::Event* const events[] = {&event};
  util::wait_for_any(events, util::SteadyClock::now() + test::kPatience);
}

void wait_for_ever() {
  const util::Event never;
  wait_for(never);
}

bool blocks(pid_t pid, int signal) {
  const auto mask = test::process_status(pid, "SigBlk");
  return !mask.empty() && ((std::stoull(mask, nullptr, 16) >> (signal - 1)) & 1) != 0;
}

// A program that does nothing until it is stopped, or ends with kWoken at a sync signal.
struct Program {
  std::function<void()> before = [] {};  // what it inherits
  SignalOptions options = {};
  bool in_loop = true;
  std::function<void()> cleanup = [] {};

  int run(const util::Event& ready) const {
    before();
    const util::Event stop;
    const util::Event wake;
    SignalOptions all = options;
    all.stop = &stop;
    all.wake = &wake;
    const auto signals = Signals::start(std::move(all)).value();
    if (in_loop) signals->start_syncing();
    ready.set();
    const util::Event* const events[] = {&wake, &stop};
    if (util::wait_for_any(events, util::SteadyClock::now() + test::kPatience) == 0) return kWoken;
    cleanup();
    die_by_signal(signals->terminating_signal());
  }
};

// Starts it and waits until it takes signals.
class Running {
 public:
  explicit Running(const Program& program) : child_([&] { return program.run(ready_); }) {
    wait_for(ready_);
    EXPECT_TRUE(ready_.is_set());
  }
  int after(int signal) {
    child_.signal(signal);
    return child_.wait();
  }
  test::Child* operator->() { return &child_; }

 private:
  util::Event ready_;  // its descriptor is the child's, too
  test::Child child_;
};

TEST(Signals, TerminatingOnesLetTheProgramCleanUpAndThenDieByThem) {
  for (const int signal : {SIGTERM, SIGINT, SIGHUP}) {
    test::TempDir dir;
    const std::string file = dir / "cleaned";
    Running program({.cleanup = [&] { (void)util::write_file(file, ""); }});
    EXPECT_EQ(program.after(signal), 128 + signal);
    EXPECT_TRUE(util::exists(file));
  }
}

TEST(Signals, HarmlessOnesDoNotKill) {
  Running program({});
  for (const int signal : {SIGUSR1, SIGUSR2, SIGALRM, SIGPIPE, SIGVTALRM, SIGPROF, SIGXCPU, SIGXFSZ,
                           SIGIO, SIGPWR, SIGWINCH, SIGURG, SIGCHLD, SIGCONT, SIGRTMIN, SIGRTMAX}) {
    program->signal(signal);
  }
  EXPECT_EQ(program.after(SIGTERM), 128 + SIGTERM);
}

TEST(Signals, ThoseInheritedAsIgnoredStayIgnored) {
  Running program({.before = [] {
    for (const int signal : {SIGHUP, SIGINT, SIGQUIT, SIGSYS}) ::signal(signal, SIG_IGN);
  }});
  for (const int signal : {SIGHUP, SIGINT, SIGQUIT, SIGSYS}) program->signal(signal);
  EXPECT_EQ(program.after(SIGTERM), 128 + SIGTERM);
}

TEST(Signals, EverySignalCanBeTheSyncSignal) {
  for (int signal = 1; signal <= SIGRTMAX; ++signal) {
    if (signal == SIGKILL || signal == SIGSTOP || signal == 32 || signal == 33) continue;
    Running program({.options = {.sync_signal = signal}});
    ASSERT_EQ(program.after(signal), kWoken) << signal_name(signal);
  }
}

TEST(Signals, SyncSignalWorksEvenIfInheritedAsIgnored) {
  Running program(
      {.before = [] { ::signal(SIGHUP, SIG_IGN); }, .options = {.sync_signal = SIGHUP}});
  EXPECT_EQ(program.after(SIGHUP), kWoken);
}

TEST(Signals, ASyncSignalLeavesTheOthersTheirMeaning) {
  Running program({.options = {.sync_signal = SIGTERM}});
  EXPECT_EQ(program.after(SIGINT), 128 + SIGINT);
}

TEST(Signals, BeforeTheLoopTheSyncSignalHasItsUsualEffect) {
  Running hangup({.options = {.sync_signal = SIGHUP}, .in_loop = false});
  EXPECT_EQ(hangup.after(SIGHUP), 128 + SIGHUP);
  Running usr1({.options = {.sync_signal = SIGUSR1}, .in_loop = false});
  usr1->signal(SIGUSR1);
  EXPECT_EQ(usr1.after(SIGTERM), 128 + SIGTERM);
}

TEST(Signals, ASyncSignalThatCannotBeCaughtIsNoError) {
  for (const int number : kMeaninglessNumbers) {
    Running program({.options = {.sync_signal = number}});
    EXPECT_EQ(program.after(SIGTERM), 128 + SIGTERM) << number;
  }
}

TEST(Signals, EachOneCaughtIsReportedWhileTheEndHasBegun) {
  test::TempDir dir;
  const std::string file = dir / "caught";
  const auto report = [&](int signal) { (void)util::write_file(file, signal_name(signal)); };
  const auto cleanup = [&] {
    test::eventually([&] { return util::read_file(file).value_or("") == "SIGHUP"; });
  };
  Running program({.options = {.on_caught = report}, .cleanup = cleanup});
  EXPECT_EQ(program.after(SIGHUP), 128 + SIGHUP);
  EXPECT_EQ(util::read_file(file).value_or(""), "SIGHUP");
}

TEST(Signals, ACleanUpThatHangsIsCutShort) {
  test::TempDir dir;
  const std::string file = dir / "forced";
  Running program({.options = {.before_forced_end = [&] { (void)util::write_file(file, ""); }},
                   .cleanup = wait_for_ever});
  const auto start = util::SteadyClock::now();
  EXPECT_EQ(program.after(SIGTERM), 128 + SIGTERM);
  EXPECT_LT(util::SteadyClock::now() - start, test::kPatience / 2);
  EXPECT_GE(util::SteadyClock::now() - start, milliseconds(850));
  EXPECT_TRUE(util::exists(file));
}

TEST(Signals, ASecondTerminatingSignalEndsAtOnceByTheFirst) {
  test::TempDir dir;
  const std::string file = dir / "cleaning";
  Running program({.options = {.stop_limit = std::chrono::hours(1)}, .cleanup = [&] {
                     (void)util::write_file(file, "");
                     wait_for_ever();
                   }});
  program->signal(SIGTERM);
  ASSERT_TRUE(test::eventually([&] { return util::exists(file); }));
  EXPECT_TRUE(test::eventually([&] {
    program->signal(SIGINT);
    return test::process_state(program->pid()) == 'Z';
  }));
  EXPECT_EQ(program->wait(), 128 + SIGTERM);
}

TEST(Signals, OneKeyPressSeenTwiceDoesNotCutTheCleanUpShort) {
  // Longer than a sanitizer's own end takes.
  Running program({.options = {.stop_limit = seconds(10)}, .cleanup = [] {
                     const util::Event never;
                     const util::Event* const events[] = {&never};
                     util::wait_for_any(events, util::SteadyClock::now() + milliseconds(30));
                     ::_exit(7);
                   }});
  program->signal(SIGSTOP);
  // So that both wait for it, however long we take to send them.
  ASSERT_TRUE(test::eventually([&] { return test::process_state(program->pid()) == 'T'; }));
  program->signal(SIGTERM);
  program->signal(SIGINT);
  program->signal(SIGCONT);
  EXPECT_EQ(program->wait(), 7);
}

TEST(Signals, CrashSignalsFromOutsideDumpTheThreadsAndExitWith2) {
  for (const int signal : {SIGQUIT, SIGABRT, SIGTRAP, SIGSYS}) {
    Running program({});
    EXPECT_EQ(program.after(signal), 2) << signal_name(signal);
    EXPECT_THAT(program->standard_error(), StartsWith(signal_name(signal) + ": "));
    EXPECT_THAT(program->standard_error(), HasSubstr("\nthread "));
  }
}

TEST(Signals, FaultsAreNeitherBlockedNorIgnored) {
  Running program({});
  const auto ignored = std::stoull(test::process_status(program->pid(), "SigIgn"), nullptr, 16);
  for (const int signal : {SIGSEGV, SIGBUS, SIGFPE, SIGILL}) {
    EXPECT_FALSE(blocks(program->pid(), signal));
    EXPECT_EQ((ignored >> (signal - 1)) & 1, 0U);
  }
  EXPECT_EQ(program.after(SIGTERM), 128 + SIGTERM);
}

TEST(Signals, ChildrenLeaveTheirExitStatusThoughSigchldWasIgnored) {
  test::Child child([] {
    ::signal(SIGCHLD, SIG_IGN);
    const util::Event stop;
    const auto signals = Signals::start({.stop = &stop}).value();
    util::SystemProcessRunner runner;
    const auto result = runner.run({.argv = {"/bin/sh", "-c", "exit 3"}}, {}, {});
    return result ? result->exit_status : 99;
  });
  EXPECT_EQ(child.wait(), 3);
}

TEST(Signals, DestructorPutsMaskAndDispositionsBack) {
  test::Child child([] {
    const auto state = [] {
      return test::process_status(::getpid(), "SigBlk") +
             test::process_status(::getpid(), "SigIgn");
    };
    ::signal(SIGUSR2, SIG_IGN);
    const auto before = state();
    const util::Event stop;
    bool changed = false;
    {
      const auto signals = Signals::start({.sync_signal = SIGUSR2, .stop = &stop}).value();
      changed = state() != before;
    }
    return changed && state() == before ? 0 : 1;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST(SignalName, IsWhatPeopleTypeOrTheNumber) {
  EXPECT_EQ(signal_name(SIGHUP), "SIGHUP");
  EXPECT_EQ(signal_name(SIGRTMIN + 3), "SIGRTMIN+3");
  EXPECT_EQ(signal_name(99), "signal 99");
}

TEST(OpenStandardStreams, GivesTheClosedOnesToDevNullAndLeavesTheOpenOnes) {
  test::TempDir dir;
  test::Child child([&] {
    struct stat null_device = {};
    struct stat before = {};
    struct stat input = {};
    struct stat output = {};
    struct stat after = {};
    ::stat("/dev/null", &null_device);
    ::fstat(2, &before);
    ::close(0);
    ::close(1);
    open_standard_streams();
    if (::fstat(0, &input) != 0 || input.st_rdev != null_device.st_rdev) return 1;
    if (::fstat(1, &output) != 0 || output.st_rdev != null_device.st_rdev) return 2;
    if (::fstat(2, &after) != 0 || after.st_ino != before.st_ino) return 3;
    const util::Fd next(::open("/", O_RDONLY | O_CLOEXEC));
    return next.get() > 2 ? 0 : 4;
  });
  EXPECT_EQ(child.wait(), 0);
}

}  // namespace
}  // namespace gitsync::app
