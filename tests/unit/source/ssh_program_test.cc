// SPDX-License-Identifier: Apache-2.0
#include "source/ssh_program.h"

#include <gmock/gmock.h>
#include <unistd.h>

#include "support/git_fixture.h"
#include "support/table.h"
#include "util/files.h"
#include "util/text.h"

namespace gitsync::source {
namespace {

using testing::HasSubstr;

// A program named ssh that writes down its arguments and fails.
class SshProgramTest : public testing::Test {
 protected:
  SshProgramTest() {
    EXPECT_TRUE(util::make_directories(fixture.dir / "b c"));
    const auto script =
        "#!/bin/sh\nfor a in \"$@\"; do printf '<%s>' \"$a\"; done >" + util::shell_quote(seen);
    EXPECT_TRUE(util::write_file(fixture.dir / "b c/ssh", script, 0755));
  }

  struct Outcome {
    std::string arguments;
    std::string error;
  };

  Outcome run(const std::vector<std::string>& argv) {
    ::unlink(seen.c_str());
    auto environment = util::Environment::from(environ);
    environment.set("GIT_SSH_COMMAND", command);
    environment.set("GIT_CONFIG_NOSYSTEM", "true");
    const auto result = fixture.runner.run({.argv = argv, .working_directory = fixture.dir.path()},
                                           environment, fixture.limit());
    EXPECT_TRUE(result);
    return {util::read_file(seen).value_or(""), result ? result->standard_error : ""};
  }

  test::GitFixture fixture;
  const std::string seen = fixture.dir / "seen";
  std::string command = util::shell_quote(fixture.dir / "b c/ssh") + " -i 'a key'";
};

TEST_F(SshProgramTest, SshGetsWhatGitGivesItForEachAddress) {
  for (const auto& row : test::read_table("tests/unit/source/data/ssh_addresses")) {
    const auto& address = row.at(0);
    SCOPED_TRACE(address);
    const auto by_git = run({"git", "ls-remote", "--", address});
    const auto parsed = git::parse_ssh_address(address);
    if (parsed) {
      EXPECT_EQ(run(single_ssh({.command = command}, *parsed)).arguments, by_git.arguments);
      EXPECT_EQ(row.at(1), "yes");
    } else if (parsed.error().cause == util::Cause::kAddressMalformed) {
      EXPECT_EQ(by_git.arguments, "");
      EXPECT_THAT(by_git.error, HasSubstr("fatal: " + parsed.error().message));
      EXPECT_EQ(row.at(1), "refused");
    } else {
      EXPECT_EQ(row.at(1), "git");
    }
  }
}

TEST_F(SshProgramTest, OnlyOneCommandThatRunsSshIsUnderstood) {
  for (const auto* good : {"ssh", "/usr/bin/ssh -v", "'/a b/ssh' -i 'x;y'", "s\\sh", "\"ssh\" \\;",
                           "$HOME/bin/ssh -o \"ProxyCommand=nc %h | x\""}) {
    EXPECT_TRUE(check_ssh_command(good)) << good;
  }
  for (const auto* bad : {"plink", "/opt/ssh-wrapper", "X=1 ssh", " ssh", "", "ssh/", "sudo ssh"}) {
    const auto checked = check_ssh_command(bad);
    ASSERT_FALSE(checked) << bad;
    EXPECT_EQ(checked.error().cause, util::Cause::kNotUnderstood);
    EXPECT_EQ(checked.error().message, "GIT_SSH_COMMAND does not run ssh");
  }
  for (const auto* bad : {"ssh; true", "ssh -v &", "ssh 'open", "ssh \"open", "ssh \\", "ssh #",
                          "ssh >log", "ssh\nls", "ssh $(ls)"}) {
    const auto checked = check_ssh_command(bad);
    ASSERT_FALSE(checked) << bad;
    EXPECT_EQ(checked.error().message, "GIT_SSH_COMMAND is more than one command");
  }
}

TEST_F(SshProgramTest, AMasterRunsNothingAndListensAtThePath) {
  const auto argv =
      master_ssh({.command = command}, {.host = "u@h", .port = "22", .path = "p"}, "/tmp/100%/s");
  EXPECT_EQ(run(argv).arguments,
            "<-o><ControlPersist=no><-i><a key><-M><-N><-S></tmp/100%%/s>"
            "<-o><SendEnv=GIT_PROTOCOL><-o><ServerAliveInterval=15><-p><22><u@h>");
}

TEST_F(SshProgramTest, AControlPathIsShortAndPlain) {
  EXPECT_TRUE(can_be_control_path("/tmp/git-sync.abcdefghijkl/s"));
  EXPECT_TRUE(can_be_control_path(std::string(90, 'a')));
  EXPECT_FALSE(can_be_control_path(std::string(91, 'a')));
  EXPECT_FALSE(can_be_control_path("/tmp/${HOME}/s"));
}

}  // namespace
}  // namespace gitsync::source
