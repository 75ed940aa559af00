// SPDX-License-Identifier: Apache-2.0
#include "hook/exec_hook.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <thread>

#include "support/captured_log.h"
#include "support/child.h"
#include "support/temp_dir.h"
#include "util/files.h"

namespace gitsync::hook {
namespace {

using namespace std::chrono_literals;
using test::eventually;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;
using util::ErrorKind;
using util::Result;

constexpr auto kHash = "0123456789012345678901234567890123456789";

struct ExecHookTest : testing::Test {
  ExecHookTest() {
    EXPECT_TRUE(util::make_directories(worktree));
    environment.set("PATH", "/usr/bin:/bin");
  }

  // Writes an executable script and returns its path.
  std::string script(const std::string& name, const std::string& text) {
    const std::string path = dir / name;
    EXPECT_TRUE(util::write_file(path, "#!/bin/sh\n" + text + "\n", 0755));
    return path;
  }

  Result<void> run(const std::string& command, std::chrono::nanoseconds timeout = 100s,
                   const util::Limit& limit = {}) {
    ExecHook hook({"exechook", command, timeout, dir / ".worktrees", environment}, processes,
                  log.logger());
    return hook.run(kHash, limit);
  }

  std::string written(const std::string& name) {
    return util::read_file(worktree + "/" + name).value_or("(no such file)");
  }

  // Waits for a file with a process id in it, and for that process to be gone.
  bool process_ends(const std::string& name) {
    const pid_t pid = std::atoi(written(name).c_str());
    return pid > 1 && eventually([&] {
             const auto state =
                 util::read_file("/proc/" + std::to_string(pid) + "/stat").value_or("");
             return state.empty() || state.find(") Z ") != std::string::npos;
           });
  }

  test::TempDir dir;
  const std::string worktree = dir / (std::string(".worktrees/") + kHash);
  util::Environment environment;
  util::SystemProcessRunner processes;
  test::CapturedLog log;
};

TEST_F(ExecHookTest, RunsInTheCheckoutWithTheEnvironmentAndTheHash) {
  environment.set("SOME_SECRET", "value");
  const auto path = script("hook", "pwd >place; env >environment; cat >input; echo $# >count");
  const auto result = run(path);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(written("place"), worktree + "\n");
  EXPECT_THAT(written("environment"), AllOf(HasSubstr(std::string("GITSYNC_HASH=") + kHash + "\n"),
                                            HasSubstr("SOME_SECRET=value\n")));
  EXPECT_EQ(written("input"), "");
  EXPECT_EQ(written("count"), "0\n");
}

TEST_F(ExecHookTest, NameWithoutSlashIsLookedUpInThePath) { EXPECT_TRUE(run("true")); }

TEST_F(ExecHookTest, RelativePathIsRelativeToTheCheckout) {
  ASSERT_TRUE(util::write_file(worktree + "/hook.sh", "#!/bin/sh\ntouch ran\n", 0755));
  const auto result = run("./hook.sh");
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(written("ran"), "");
}

TEST_F(ExecHookTest, CommandIsAProgramNotACommandLine) {
  const auto missing = run("true --help");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::kNotFound);
  EXPECT_TRUE(run(script("a b", "exit 0")));
}

TEST_F(ExecHookTest, SuccessLogsHashCommandAndTimeoutAndThenTheTrimmedOutput) {
  const auto path = script("hook", "echo ' out '; echo err >&2");
  ASSERT_TRUE(run(path, 90s));
  EXPECT_THAT(log.text(), HasSubstr(R"("logger":"exechook")"));
  EXPECT_THAT(log.text(), HasSubstr(std::string(R"("level":0,"msg":"running hook","hash":")") +
                                    kHash + R"(","command":")" + path + R"(","timeout":"1m30s")"));
  EXPECT_THAT(log.text(), HasSubstr(R"("level":1,"msg":"hook succeeded")"));
  EXPECT_THAT(log.text(), HasSubstr(R"("stdout":"out","stderr":"err")"));
}

TEST_F(ExecHookTest, FailureTellsCommandStatusAndOutput) {
  const auto path = script("hook", "echo out; echo err >&2; exit 3");
  const auto result = run(path);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message,
            "Run(" + path + "): exit status 3: { stdout: \"out\", stderr: \"err\" }");
}

TEST_F(ExecHookTest, DeathBySignalIsAFailure) {
  const auto result = run(script("hook", "kill -KILL $$"));
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("signal: killed"));
}

TEST_F(ExecHookTest, HangingHookThatIgnoresSigtermIsKilledWithItsChildren) {
  const auto path = script(
      "hook", "trap '' TERM; echo begun; sleep 1000 & echo $! >child; echo $$ >self; sleep 1000");
  const auto start = util::SteadyClock::now();
  const auto result = run(path, 4s);  // in which it gets to where it hangs on a busy machine, too
  ASSERT_FALSE(result);
  EXPECT_LT(util::SteadyClock::now() - start, 20s);
  EXPECT_EQ(result.error().kind, ErrorKind::kTimeout);
  EXPECT_THAT(result.error().message,
              HasSubstr("deadline exceeded: { stdout: \"begun\", stderr: \"\" }"));
  EXPECT_TRUE(process_ends("self"));
  EXPECT_TRUE(process_ends("child"));
}

TEST_F(ExecHookTest, AServiceThatASuccessfulHookStartedLivesOn) {
  const auto result = run(script("hook",
                                 "sh -c 'while ! [ -e go ]; do sleep 0.01; done; echo still here; "
                                 "touch wrote; exec sleep 1000' &\n"
                                 "echo $! >child"));
  ASSERT_TRUE(result) << result.error().message;
  ASSERT_TRUE(util::write_file(worktree + "/go", ""));
  EXPECT_TRUE(eventually([&] { return util::exists(worktree + "/wrote"); }));
  const pid_t service = std::atoi(written("child").c_str());
  ASSERT_GT(service, 1);
  EXPECT_EQ(::kill(service, SIGKILL), 0);
}

TEST_F(ExecHookTest, ChildrenOfAFailedHookAreEnded) {
  ASSERT_FALSE(run(script("hook", "sleep 1000 & echo $! >child; exit 1")));
  EXPECT_TRUE(process_ends("child"));
}

TEST_F(ExecHookTest, AProcessThatEscapedAndHoldsTheOutputOpenDoesNotHoldUs) {
  const auto path = script("hook",
                           "setsid sh -c 'echo $$ >escaped; exec sleep 1000' &\n"
                           "while ! [ -s escaped ]; do sleep 0.01; done");
  const auto start = util::SteadyClock::now();
  const auto result = run(path);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_LT(util::SteadyClock::now() - start, 10s);
  const pid_t escaped = std::atoi(written("escaped").c_str());
  ASSERT_GT(escaped, 1);
  ::kill(escaped, SIGKILL);
}

TEST_F(ExecHookTest, FloodOfOutputIsCutToItsFirstAndLastKilobytes) {
  const auto path = script("hook",
                           "echo first; head -c 50000000 /dev/zero | tr '\\0' x; echo last\n"
                           "head -c 50000000 /dev/zero >&2; exit 1");
  const auto result = run(path);
  ASSERT_FALSE(result);
  EXPECT_LT(result.error().message.size(), 64U << 10);
  EXPECT_THAT(result.error().message,
              AllOf(StartsWith("Run(" + path + "): exit status 1"),
                    HasSubstr("stdout: \"first\nxxxx"), HasSubstr("xxxxlast\", stderr")));
}

// With a limit of 16 KiB the first 8 are kept.
TEST_F(ExecHookTest, NoHalfOfASecretIsLeftWhereTheOutputIsCut) {
  log.sink().add_secret("hunter22-hunter23");
  for (const auto* before : {"8185", "8191"}) {
    const auto path = script("hook", std::string("fill() { head -c $1 /dev/zero | tr '\\0' x; }\n"
                                                 "fill ") +
                                         before + "; echo hunter22-hunter23; fill 50000; exit 1");
    const auto result = run(path);
    ASSERT_FALSE(result);
    EXPECT_THAT(result.error().message, HasSubstr("bytes left out"));
    EXPECT_THAT(result.error().message, testing::Not(HasSubstr("xh")));
  }
}

TEST_F(ExecHookTest, HookThatClosesItsOutputIsStillWaitedFor) {
  const auto result = run(script("hook", "exec >&- 2>&-; sleep 0.2; touch done"));
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(written("done"), "");
}

TEST_F(ExecHookTest, StopEventEndsTheHookAndItsChildren) {
  util::Event stop;
  std::thread stopper([&] {
    eventually([&] { return util::exists(worktree + "/ready"); });
    stop.set();
  });
  const auto result =
      run(script("hook", "sleep 1000 & echo $! >child; touch ready; wait"), 1h, {.stop = &stop});
  stopper.join();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::kStopped);
  EXPECT_TRUE(process_ends("child"));
}

TEST_F(ExecHookTest, MissingCheckoutIsAFailure) {
  ASSERT_TRUE(util::remove_tree(worktree));
  const auto result = run("true");
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr(worktree));
}

TEST_F(ExecHookTest, SecretsInTheOutputAreRedactedInTheLog) {
  log.sink().add_secret("hunter22");
  ASSERT_TRUE(run(script("hook", "echo the password is hunter22")));
  EXPECT_THAT(log.text(), HasSubstr("the password is REDACTED"));
}

}  // namespace
}  // namespace gitsync::hook
