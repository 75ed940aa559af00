// SPDX-License-Identifier: Apache-2.0
// How a child starts, what it is given, and what we learn of its end.
#include "util/process.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "support/child.h"
#include "support/temp_dir.h"
#include "util/files.h"
#include "util/resource_limits.h"
#include "util/text.h"

namespace gitsync::util {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

const Environment kNoEnvironment;

// The program ignores SIGPIPE (app/signals.h), and feeding a child's stdin relies on it.
struct Process : ::testing::Test {
  static void SetUpTestSuite() { ::signal(SIGPIPE, SIG_IGN); }
  static void TearDownTestSuite() { ::signal(SIGPIPE, SIG_DFL); }

  std::expected<ProcessResult, ProcessFailure> run(
      const Command& command, const Environment& environment = kNoEnvironment) {
    return runner.run(command, environment,
                      {.deadline = SteadyClock::now() + std::chrono::seconds(60)});
  }
  ProcessResult shell(const std::string& script) {
    return run({.argv = {"/bin/sh", "-c", script}}).value();
  }

  SystemProcessRunner runner;
};

TEST_F(Process, TellsEachOfThe256ExitStatuses) {
  for (int status = 0; status < 256; ++status) {
    const auto result = shell("exit " + std::to_string(status));
    ASSERT_EQ(result.exit_status, status);
    ASSERT_EQ(result.signal, 0);
    ASSERT_EQ(result.ok(), status == 0);
  }
  EXPECT_EQ(shell("exit 37").reason(), "exit status 37");
}

TEST_F(Process, TellsWhichSignalKilledTheChild) {
  for (const int signal : {SIGHUP, SIGINT, SIGKILL, SIGPIPE, SIGTERM, SIGUSR1, SIGRTMIN + 2}) {
    const auto result = shell("kill -" + std::to_string(signal) + " $$");
    EXPECT_EQ(result.signal, signal);
    EXPECT_FALSE(result.ok());
  }
  EXPECT_EQ(shell("kill -9 $$").reason(), "signal: killed");
}

TEST_F(Process, GivesTheArgumentsByteForByte) {
  std::string odd;
  for (int c = 1; c < 256; ++c) odd += static_cast<char>(c);
  const auto result = run({.argv = {"/usr/bin/printf", "%s|", "", "two words", "--", odd}}).value();
  EXPECT_EQ(result.standard_output, "|two words|--|" + odd + "|");
}

TEST_F(Process, GivesExactlyTheEnvironmentAsked) {
  Environment environment;
  environment.set("B", "line\nbreak");
  environment.set("A", "");
  const auto result = run({.argv = {"/usr/bin/env", "-0"}}, environment).value();
  EXPECT_EQ(result.standard_output, std::string("A=\0B=line\nbreak\0", 16));
}

TEST_F(Process, StartsWithEmptyMaskAndDefaultDispositionsWhateverOursAre) {
  std::string status;
  std::thread odd_thread([&] {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, nullptr);
    std::vector<int> ignored;
    for (int n = 1; n <= SIGRTMAX; ++n) {
      if (n != SIGCHLD && n != SIGPIPE && ::signal(n, SIG_IGN) == SIG_DFL) ignored.push_back(n);
    }
    status = run({.argv = {"/bin/cat", "/proc/self/status"}}).value().standard_output;
    for (const int n : ignored) ::signal(n, SIG_DFL);
  });
  odd_thread.join();
  for (const std::string key : {"SigBlk", "SigIgn", "SigCgt", "SigPnd"}) {
    EXPECT_THAT(status, HasSubstr("\n" + key + ":\t0000000000000000\n"));
  }
}

TEST_F(Process, IsTheLeaderOfItsOwnSessionAndGroup) {
  // Fields of /proc/self/stat: pid, name, state, parent, group, session.
  const auto fields =
      split(run({.argv = {"/bin/cat", "/proc/self/stat"}}).value().standard_output, ' ');
  ASSERT_GT(fields.size(), 6U);
  EXPECT_EQ(fields[4], fields[0]);
  EXPECT_EQ(fields[5], fields[0]);
}

TEST_F(Process, CannotPromptOnOurTerminal) {
  test::Child with_terminal([this] {
    ::signal(SIGHUP, SIG_IGN);  // sent when the terminal goes
    ::setsid();
    const Fd master(::posix_openpt(O_RDWR | O_CLOEXEC));
    if (::unlockpt(master.get()) != 0) return 1;
    const Fd terminal(::open(::ptsname(master.get()), O_RDWR | O_CLOEXEC));
    if (!Fd(::open("/dev/tty", O_RDWR | O_CLOEXEC))) return 2;
    return shell(": < /dev/tty").ok() ? 3 : 0;
  });
  EXPECT_EQ(with_terminal.wait(), 0);
}

TEST_F(Process, InheritsNoDescriptorButTheThreeStreams) {
  // As of a library, or of whoever started us, that does not say close-on-exec.
  const Fd ours(::open("/", O_RDONLY));
  const Fd high(::fcntl(ours.get(), F_DUPFD, 900));
  ASSERT_TRUE(high);
  EXPECT_EQ(
      shell("for fd in /proc/self/fd/*; do [ ! -e $fd ] || echo ${fd##*/}; done").standard_output,
      "0\n1\n2\n");
  EXPECT_TRUE(run({.argv = {"/nonexistent"}}).error().error.kind == ErrorKind::kNotFound);
}

TEST_F(Process, GetsTheLimitsBackThatWeInheritedAndDumpsNoCoreUnlessAskedTo) {
  test::Child child([] {
    ::signal(SIGPIPE, SIG_IGN);
    rlimit core{.rlim_cur = 4096, .rlim_max = 8192};
    rlimit files{.rlim_cur = 100, .rlim_max = 200};
    if (::setrlimit(RLIMIT_CORE, &core) != 0 || ::setrlimit(RLIMIT_NOFILE, &files) != 0) return 1;
    SystemProcessRunner ours(harden_limits());
    if (open_file_limit() != 200) return 2;
    const std::string show = "ulimit -S -c; ulimit -S -n; ulimit -H -c; ulimit -H -n";
    const auto seen = [&](CoreDumps core_dumps) {
      return ours.run({.argv = {"/bin/bash", "-c", show}, .core_dumps = core_dumps}, {}, {})
          .value()
          .standard_output;
    };
    if (seen(CoreDumps::kAsInherited) != "4\n100\n8\n200\n") return 3;  // KiB
    return seen(CoreDumps::kNever) == "0\n100\n8\n200\n" ? 0 : 4;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(Process, RunsInTheWorkingDirectory) {
  const test::TempDir dir;
  EXPECT_EQ(run({.argv = {"/bin/pwd"}, .working_directory = dir.path()}).value().standard_output,
            dir.path() + "\n");
}

TEST_F(Process, FindsAProgramWithASlashFromTheWorkingDirectory) {
  const test::TempDir dir;
  ASSERT_TRUE(write_file(dir / "hook", "#!/bin/sh\necho found\n"));
  ASSERT_EQ(::chmod((dir / "hook").c_str(), 0755), 0);
  const auto result = run({.argv = {"./hook"}, .working_directory = dir.path()});
  EXPECT_EQ(result.value().standard_output, "found\n");
}

TEST_F(Process, LooksUpAProgramWithoutSlashInOurPath) {
  EXPECT_EQ(run({.argv = {"printf", "x"}}).value().standard_output, "x");
}

TEST_F(Process, NeverTakesAProgramFromTheWorkingDirectoryBecauseOfPath) {
  const test::TempDir dir;
  ASSERT_TRUE(write_file(dir / "hook", "#!/bin/sh\necho found\n"));
  ASSERT_EQ(::chmod((dir / "hook").c_str(), 0755), 0);
  test::Child child([&] {
    ::setenv("PATH", (":.:./:" + dir.path()).c_str(), 1);
    if (run({.argv = {"hook"}}).value().standard_output != "found\n") return 1;
    ::setenv("PATH", ":.:./:/usr/bin", 1);
    const auto result = run({.argv = {"hook"}, .working_directory = dir.path()});
    return !result && result.error().error.kind == ErrorKind::kNotFound ? 0 : 2;
  });
  EXPECT_EQ(child.wait(), 0);
}

TEST_F(Process, MissingProgramIsNotFoundAndNamed) {
  for (const std::string program : {"/nonexistent/program", "no-such-program-anywhere", "a b"}) {
    const auto result = run({.argv = {program}});
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().error.kind, ErrorKind::kNotFound);
    EXPECT_THAT(result.error().error.message, HasSubstr(program));
  }
}

TEST_F(Process, FileThatIsNoProgramIsALocalError) {
  const test::TempDir dir;
  const std::string file = dir / "file";
  ASSERT_TRUE(write_file(file, "#!/bin/sh\n", 0644));
  EXPECT_EQ(run({.argv = {file}}).error().error.sys_errno, EACCES);
  EXPECT_EQ(run({.argv = {dir.path()}}).error().error.sys_errno, EACCES);
  // No shell takes over: a script needs its first line.
  ASSERT_TRUE(write_file(file, "echo never\n"));
  ASSERT_EQ(::chmod(file.c_str(), 0755), 0);
  EXPECT_EQ(run({.argv = {file}}).error().error.sys_errno, ENOEXEC);
}

TEST_F(Process, MissingWorkingDirectoryIsNamed) {
  const auto result = run({.argv = {"/bin/true"}, .working_directory = "/nonexistent/directory"});
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().error.message, HasSubstr("/nonexistent/directory"));
}

TEST_F(Process, StandardInputIsEmptyUnlessGiven) {
  EXPECT_EQ(shell("wc -c").standard_output, "0\n");
  EXPECT_EQ(run({.argv = {"/bin/cat"}, .standard_input = "a\nb"}).value().standard_output, "a\nb");
}

TEST_F(Process, FeedsInputThatIsLargerThanAPipe) {
  const std::string input(5'000'000, 'x');
  const auto result = run({.argv = {"/usr/bin/wc", "-c"}, .standard_input = input}).value();
  EXPECT_EQ(result.standard_output, "5000000\n");
}

TEST_F(Process, ChildThatDoesNotReadItsInputDoesNoHarm) {
  const std::string input(5'000'000, 'x');
  EXPECT_TRUE(run({.argv = {"/bin/true"}, .standard_input = input}).value().ok());
  const auto closed =
      run({.argv = {"/bin/sh", "-c", "exec <&-; echo on"}, .standard_input = input});
  EXPECT_EQ(closed.value().standard_output, "on\n");
}

TEST_F(Process, EchoesInputAndOutputAtOnceWithoutDeadlock) {
  const std::string input(3'000'000, 'y');
  const auto result =
      run({.argv = {"/bin/cat"}, .standard_input = input, .output_limit = 4'000'000}).value();
  EXPECT_EQ(result.standard_output, input);
}

TEST_F(Process, KeepsBothStreamsApart) {
  const auto result = shell("echo out; echo err >&2");
  EXPECT_EQ(result.standard_output, "out\n");
  EXPECT_EQ(result.standard_error, "err\n");
}

TEST_F(Process, KeepsTheFirstAndTheLastOfEndlessOutput) {
  const Command command{
      .argv = {"/bin/sh", "-c", "echo first; head -c 50000000 /dev/zero; echo last"},
      .output_limit = 1000};
  const auto output = run(command).value().standard_output;
  EXPECT_LT(output.size(), 1100U);
  EXPECT_THAT(output, StartsWith("first\n"));
  EXPECT_THAT(output, EndsWith("last\n"));
  EXPECT_THAT(output, HasSubstr("[... 49999011 bytes left out ...]"));
}

TEST_F(Process, RunsFromManyThreadsAtOnce) {
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([this, t] {
      for (int i = 0; i < 20; ++i) {
        const auto text = std::to_string(t * 100 + i);
        EXPECT_EQ(shell("cat <<.\n" + text + "\n.").standard_output, text + "\n");
      }
    });
  }
  for (auto& thread : threads) thread.join();
}

TEST_F(Process, LeavesNoDescriptorAndNoZombieBehind) {
  const auto descriptors = [] { return list_directory("/proc/self/fd").value().size(); };
  const auto before = descriptors();
  for (int i = 0; i < 5; ++i) shell("echo x; exit 1");
  EXPECT_FALSE(run({.argv = {"/nonexistent"}}));
  EXPECT_EQ(descriptors(), before);
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
  EXPECT_EQ(errno, ECHILD);
}

}  // namespace
}  // namespace gitsync::util
