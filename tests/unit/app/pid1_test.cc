// SPDX-License-Identifier: Apache-2.0
// The loop of process 1, in an ordinary process. tests/e2e/process_pid1.sh runs it as the real one.
#include "app/pid1.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <array>
#include <string>
#include <vector>

#include "support/child.h"
#include "support/temp_dir.h"
#include "util/files.h"
#include "util/text.h"

namespace gitsync::app {
namespace {

using ::testing::HasSubstr;

int supervise_words(std::vector<std::string> words) {
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  return supervise(argv[0], argv.data());
}

int supervise_script(const std::string& script) {
  return supervise_words({"/bin/bash", "-c", script});
}

std::string content(const std::string& file) { return util::read_file(file).value_or(""); }

TEST(Supervise, GivesTheLimitsBackThatItInherited) {
  test::TempDir dir;
  test::Child init([&] {
    const rlimit core{.rlim_cur = 4096, .rlim_max = 8192};
    if (::setrlimit(RLIMIT_CORE, &core) != 0) return 99;
    const auto inherited = util::harden_limits();
    std::string script = "ulimit -S -c >" + (dir / "out");
    std::array<char*, 4> argv{const_cast<char*>("/bin/bash"), const_cast<char*>("-c"),
                              script.data(), nullptr};
    return supervise(argv[0], argv.data(), inherited);
  });
  EXPECT_EQ(init.wait(), 0);
  EXPECT_EQ(content(dir / "out"), "4\n");  // KiB
}

TEST(Supervise, EndsWithEachOfThe256ExitStatuses) {
  for (int status = 0; status < 256; ++status) {
    test::Child init(
        [&] { return supervise_words({"/bin/sh", "-c", "exit " + std::to_string(status)}); });
    ASSERT_EQ(init.wait(), status);
  }
}

TEST(Supervise, EndsWith128PlusTheSignalThatKilledTheChild) {
  for (const int signal : {SIGHUP, SIGINT, SIGKILL, SIGUSR1, SIGTERM, SIGSEGV, SIGRTMIN}) {
    test::Child init([&] {
      return supervise_words({"/bin/sh", "-c", "kill -" + std::to_string(signal) + " $$"});
    });
    ASSERT_EQ(init.wait(), 128 + signal);
  }
}

TEST(Supervise, PassesArgumentsAndEnvironmentOn) {
  test::TempDir dir;
  test::Child init([&] {
    ::setenv("SUPERVISE_TEST", "a value", 1);
    return supervise_words({"/bin/sh", "-c",
                            "printf '%s|' \"$SUPERVISE_TEST\" \"$@\" > " + (dir / "out"), "name",
                            "", "two words", "three\nlines"});
  });
  ASSERT_EQ(init.wait(), 0);
  EXPECT_EQ(content(dir / "out"), "a value||two words|three\nlines|");
}

TEST(Supervise, ForwardsEverySignalExceptSigchld) {
  test::TempDir dir;
  // Signals 32 and 33 belong to the C library.
  std::vector<int> numbers;
  for (int n = 1; n <= 64; ++n) {
    if (n != SIGKILL && n != SIGSTOP && n != SIGCHLD && n != 32 && n != 33) numbers.push_back(n);
  }
  std::string script = "got() { echo \"got $1\" >> " + (dir / "log") + "; };";
  for (const int n : numbers)
    script += "trap 'got " + std::to_string(n) + "' " + std::to_string(n) + ";";
  script += "sleep 1000 & trap 'kill $!' EXIT; echo ready > " + (dir / "ready") + "; until [ -e " +
            (dir / "stop") + " ]; do wait; done; exit 0";
  test::Child init([&] { return supervise_script(script); });
  ASSERT_TRUE(test::eventually([&] { return util::exists(dir / "ready"); }));
  init.signal(SIGCHLD);
  for (const int n : numbers) {
    init.signal(n);
    const std::string line = "got " + std::to_string(n) + "\n";
    ASSERT_TRUE(test::eventually([&] { return content(dir / "log").ends_with(line); })) << n;
  }
  ASSERT_TRUE(util::write_file(dir / "stop", ""));
  init.signal(SIGUSR1);
  EXPECT_EQ(init.wait(), 0);
}

TEST(Supervise, ChildStartsWithTheSignalSetUpThatInitInherited) {
  test::TempDir dir;
  std::string blocked;
  std::string ignored;
  test::Child init([&] {
    sigset_t odd;
    ::sigemptyset(&odd);
    for (const int n : {SIGUSR1, SIGTERM, SIGRTMIN + 3}) ::sigaddset(&odd, n);
    ::sigprocmask(SIG_SETMASK, &odd, nullptr);
    for (const int n : {SIGPIPE, SIGCHLD, SIGHUP}) ::signal(n, SIG_IGN);
    // cp reads its own status.
    const std::string own = test::process_status(::getpid(), "SigBlk") + " " +
                            test::process_status(::getpid(), "SigIgn");
    if (!util::write_file(dir / "expected", own)) return 1;
    return supervise_words({"/bin/cp", "/proc/self/status", dir / "status"});
  });
  ASSERT_EQ(init.wait(), 0);
  std::string found;
  for (const auto& line : util::split(content(dir / "status"), '\n')) {
    if (line.starts_with("SigBlk:\t")) found += line.substr(8);
    if (line.starts_with("SigIgn:\t")) found += " " + line.substr(8);
  }
  EXPECT_EQ(found, content(dir / "expected"));
  EXPECT_THAT(found, HasSubstr("4200"));  // SIGUSR1 and SIGTERM: not an empty mask
}

TEST(Supervise, ReapsOrphansWhileTheChildRuns) {
  test::TempDir dir;
  test::Child init([&] {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    return supervise_script("for i in 1 2 3; do (sh -c 'echo $$ >> " + (dir / "pids") +
                            "' &); done; exec sleep 1000");
  });
  std::vector<std::string> pids;
  ASSERT_TRUE(test::eventually([&] {
    pids = util::split(util::trim(content(dir / "pids")), '\n');
    return pids.size() == 3;
  }));
  for (const auto& pid : pids) {
    EXPECT_TRUE(test::eventually([&] { return !util::exists("/proc/" + pid); })) << pid;
  }
  init.signal(SIGTERM);
  EXPECT_EQ(init.wait(), 128 + SIGTERM);
}

TEST(Supervise, EndsWithTheFirstChildEvenIfItLeftSomethingRunning) {
  test::TempDir dir;
  test::Child init([&] {
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    return supervise_script("(sleep 1000 & echo $! > " + (dir / "pid") + "); exit 5");
  });
  EXPECT_EQ(init.wait(), 5);
  ::kill(std::stoi(content(dir / "pid")), SIGKILL);
}

TEST(Supervise, SurvivesBeingStoppedAndContinued) {
  test::TempDir dir;
  test::Child init(
      [&] { return supervise_script("echo ready > " + (dir / "ready") + "; exec sleep 1000"); });
  ASSERT_TRUE(test::eventually([&] { return util::exists(dir / "ready"); }));
  init.signal(SIGSTOP);
  ASSERT_TRUE(test::eventually([&] { return test::process_state(init.pid()) == 'T'; }));
  init.signal(SIGTERM);
  init.signal(SIGCONT);
  EXPECT_EQ(init.wait(), 128 + SIGTERM);
}

TEST(Supervise, SaysInOneLineWhyTheProgramCannotBeStarted) {
  test::Child init([] { return supervise_words({"/nonexistent/program"}); });
  EXPECT_EQ(init.wait(), kInitFailed);
  EXPECT_EQ(init.standard_error(),
            "git-sync: process 1: /nonexistent/program: No such file or directory\n");
}

TEST(IsInit, IsFalseForAnOrdinaryProcess) { EXPECT_FALSE(is_init()); }

}  // namespace
}  // namespace gitsync::app
