// SPDX-License-Identifier: Apache-2.0
// With real programs and the real errors of starting them, so that each cause is one that happens.
#include "hook/exec_blame.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "hook/exec_hook.h"
#include "log/hints.h"
#include "support/captured_log.h"
#include "support/temp_dir.h"
#include "util/files.h"

namespace gitsync::hook {
namespace {

using util::Cause;

struct ExecBlame : testing::Test {
  ExecBlame() {
    EXPECT_TRUE(util::make_directories(dir / "trees/hash"));
    environment.set("PATH", "/usr/bin:/bin");
  }

  std::string file(const std::string& name, const std::string& text, mode_t mode = 0755) const {
    const std::string path = dir / name;
    EXPECT_TRUE(util::write_file(path, text));
    EXPECT_EQ(::chmod(path.c_str(), mode), 0);
    return path;
  }

  Cause cause_of(const std::string& command) {
    ExecHook hook({"exechook", command, std::chrono::seconds(20), dir / "trees", environment},
                  processes, log.logger());
    const auto result = hook.run("hash", {});
    EXPECT_FALSE(result) << command;
    if (result) return Cause::kUnknown;
    const auto hint = log::hint_of(result.error());
    EXPECT_TRUE(hint.empty() || hint.starts_with("--exechook-command")) << hint;
    return result.error().cause;
  }

  test::TempDir dir;
  test::CapturedLog log;
  util::Environment environment;
  util::SystemProcessRunner processes;
};

TEST_F(ExecBlame, ArgumentsAreNotTaken) {
  EXPECT_EQ(cause_of(file("ok", "#!/bin/sh\n") + " --arg"), Cause::kHookArguments);
  EXPECT_EQ(cause_of("echo done"), Cause::kHookArguments);
  EXPECT_EQ(cause_of("/bin/echo\tdone"), Cause::kHookArguments);
}

TEST_F(ExecBlame, NothingIsThere) {
  EXPECT_EQ(cause_of(dir / "missing"), Cause::kHookMissing);
  EXPECT_EQ(cause_of("./missing"), Cause::kHookMissing);
  EXPECT_EQ(cause_of("no-such-program"), Cause::kHookMissing);
  EXPECT_EQ(cause_of("no-such-program with arguments"), Cause::kHookMissing);
}

TEST_F(ExecBlame, TheInterpreterIsNotFound) {
  EXPECT_EQ(cause_of(file("cr", "#!/bin/sh\r\nexit 0\r\n")), Cause::kHookCarriageReturn);
  EXPECT_EQ(cause_of(file("env-cr", "#!/usr/bin/env sh\r\nexit 0\r\n")),
            Cause::kHookCarriageReturn);
  EXPECT_EQ(cause_of(file("other", "#!/no/such/shell\nexit 0\n")), Cause::kHookInterpreter);
}

TEST_F(ExecBlame, TheFileCannotBeExecuted) {
  EXPECT_EQ(cause_of(file("no-shebang", "exit 0\n")), Cause::kHookFormat);
  EXPECT_EQ(cause_of(file("no-mode", "#!/bin/sh\n", 0644)), Cause::kHookNotExecutable);
}

TEST_F(ExecBlame, AHookThatRanIsBlamedForNothing) {
  EXPECT_EQ(cause_of(file("fails", "#!/bin/sh\nexit 3\n")), Cause::kUnknown);
  EXPECT_EQ(cause_of(file("not-found", "#!/bin/sh\nexit 127\n")), Cause::kUnknown);
  EXPECT_EQ(::rmdir((dir / "trees/hash").c_str()), 0);
  EXPECT_EQ(cause_of(dir / "fails"), Cause::kUnknown) << "its directory has gone";
}

}  // namespace
}  // namespace gitsync::hook
