// SPDX-License-Identifier: Apache-2.0
#include "cli/ssh_command.h"

#include <gtest/gtest.h>

namespace gitsync::cli {
namespace {

TEST(SshCommand, PlainPathsLookAsInTheContract) {
  EXPECT_EQ(ssh_command({.key_files = {"/etc/git-secret/ssh"},
                         .known_hosts_file = "/etc/git-secret/known_hosts"}),
            "ssh -i /etc/git-secret/ssh -o StrictHostKeyChecking=yes "
            "-o UserKnownHostsFile=/etc/git-secret/known_hosts");
}

TEST(SshCommand, WithoutKnownHostsNothingElseIsSet) {
  EXPECT_EQ(ssh_command({.key_files = {"/a", "/b"}, .known_hosts = false}),
            "ssh -i /a -i /b -o StrictHostKeyChecking=no");
}

TEST(SshCommand, KeepsTheInheritedCommandInFront) {
  EXPECT_EQ(ssh_command({.inherited = "ssh -F /x", .known_hosts = false}),
            "ssh -F /x -o StrictHostKeyChecking=no");
}

TEST(SshCommand, VerbosityTurnsSshVerboseInThreeSteps) {
  EXPECT_EQ(ssh_command({.known_hosts = false, .verbosity = 4}), "ssh -o StrictHostKeyChecking=no");
  EXPECT_EQ(ssh_command({.known_hosts = false, .verbosity = 6}),
            "ssh -v -o StrictHostKeyChecking=no");
  EXPECT_EQ(ssh_command({.known_hosts = false, .verbosity = 8}),
            "ssh -vv -o StrictHostKeyChecking=no");
  EXPECT_EQ(ssh_command({.known_hosts = false, .verbosity = 9}),
            "ssh -vvv -o StrictHostKeyChecking=no");
}

TEST(SshCommand, PathsAreDataForShellAndSsh) {
  EXPECT_EQ(
      ssh_command({.key_files = {"/k $(touch x)", "/k 100%"}, .known_hosts_file = "/h '\" x"}),
      "ssh -i '/k $(touch x)' -o 'IdentityFile=\"/k 100%%\"' -o StrictHostKeyChecking=yes "
      "-o 'UserKnownHostsFile=\"/h '\\''\\\" x\"'");
}

}  // namespace
}  // namespace gitsync::cli
