// SPDX-License-Identifier: Apache-2.0
#include "cli/store_config.h"

#include <gtest/gtest.h>

#include "cli/config_rules.h"
#include "support/git_fixture.h"
#include "util/files.h"
#include "util/text.h"

namespace gitsync::cli {
namespace {

const ConfigPairs kOwn{{"credential.helper", "cache"},
                       {"credential.https://h/.helper", "mine"},
                       {"core.pager", "mine"},
                       {"filter.lfs.smudge", "git-lfs smudge"},
                       {"http.proxy", "http://proxy"}};

Verdict verdict(const std::string& key, const std::string& value = "x") {
  return judge_setting({.key = key, .value = value}, kOwn);
}

TEST(ConfigRules, WhatGitWritesIsBelieved) {
  for (const auto* key : {"core.bare", "core.sparsecheckoutcone", "extensions.objectformat",
                          "remote.origin.url", "remote.https://h/x.y.promisor", "submodule.a.b.url",
                          "submodule.a.active", "branch.git-sync.merge"}) {
    EXPECT_EQ(verdict(key), Verdict::kBelieved) << key;
  }
  EXPECT_EQ(verdict("submodule.a.update", "rebase"), Verdict::kBelieved);
  EXPECT_EQ(verdict("http.proxy", "http://proxy"), Verdict::kBelieved) << "as the user has it";
}

TEST(ConfigRules, WhatMayRunAProgramIsOutrankedOrRefused) {
  for (const auto* key : {"core.fsmonitor",
                          "core.hookspath",
                          "core.editor",
                          "core.pager",
                          "pager.log",
                          "sequence.editor",
                          "core.askpass",
                          "core.sshcommand",
                          "core.alternaterefscommand",
                          "credential.helper",
                          "filter.x.clean",
                          "diff.external",
                          "diff.x.textconv",
                          "merge.x.driver",
                          "gpg.program",
                          "gpg.ssh.program",
                          "alias.log",
                          "submodule.a.update",
                          "uploadpack.packobjectshook",
                          "unknown.to.all",
                          "lfs.url"}) {
    EXPECT_EQ(verdict(key), Verdict::kOverridden) << key;
  }
  for (const auto* key :
       {"include.path", "includeif.gitdir:/.path", "core.worktree", "core.gitproxy",
        "extensions.new", "url.file:///evil.insteadof", "http.proxy", "http.https://h/.sslverify",
        "protocol.ext.allow", "remote.origin.uploadpack", "remote.origin.vcs", "fsck.skiplist",
        "remote.origin.proxy", "gc.recentobjectshook", "filter.lfs.process"}) {
    EXPECT_EQ(verdict(key), Verdict::kRefused) << key;
  }
}

TEST(ConfigRules, TheUsersValuesTakeThePlaceOfOthers) {
  EXPECT_EQ(neutral_settings("core.pager", kOwn), (ConfigPairs{{"core.pager", "mine"}}));
  EXPECT_EQ(neutral_settings("core.editor", kOwn), (ConfigPairs{{"core.editor", ""}}));
  EXPECT_EQ(neutral_settings("credential.https://e/.helper", kOwn),
            (ConfigPairs{{"credential.helper", ""},
                         {"credential.helper", "cache"},
                         {"credential.https://h/.helper", "mine"}}));
  EXPECT_EQ(constant_settings({}),
            (ConfigPairs{{"core.fsmonitor", "false"}, {"core.hookspath", "/dev/null"}}));
  EXPECT_EQ(constant_settings({{"core.fsmonitor", "mine"}}).front().second, "mine");
}

TEST(ConfigRules, NoNeutralValueStopsGit) {
  test::GitFixture fixture;
  const std::string repo = fixture.make_repo("repo");
  fixture.commit(repo, "file", "x");
  ConfigPairs all;
  for (const auto& line : util::split(fixture.git("/", {"help", "--config"}), '\n')) {
    const std::string key = util::to_lower(line);
    if (key.find_first_of("<*_ ") != std::string::npos || key.find('.') == std::string::npos)
      continue;
    if (judge_setting({.key = key, .value = "nonsense"}, {}) != Verdict::kOverridden) continue;
    for (auto& pair : neutral_settings(key, {})) all.push_back(std::move(pair));
  }
  ASSERT_GT(all.size(), 300U) << "git help --config lists them";
  fixture.cli.override_config(all);
  for (const std::vector<std::string>& args : std::vector<std::vector<std::string>>{
           {"fetch", "--verbose", "--end-of-options", repo, "HEAD"},
           {"worktree", "add", "--force", "--detach", repo + "/tree", "HEAD", "--no-checkout"},
           {"reset", "--hard", "HEAD", "--"},
           {"status", "--porcelain"},
           {"fsck", "--connectivity-only"},
           {"log", "-1", "--no-show-signature", "--format=%ct%n%an%n%s", "HEAD", "--"},
           {"reflog", "expire", "--expire-unreachable=all", "--all"},
           {"gc"},
           {"sparse-checkout", "init"}}) {
    const auto done = fixture.cli.run(args, repo, fixture.limit());
    EXPECT_TRUE(done) << done.error().message;
  }
}

class StoreConfigTest : public testing::Test {
 protected:
  StoreConfigTest() { EXPECT_TRUE(util::make_directories(module)); }
  StoreConfigFindings read() {
    return config.read({{store, GitDir::Kind::kMain}, {module, GitDir::Kind::kSubmodule}},
                       root.path() + "/.worktrees");
  }
  void write(const std::string& path, const std::string& text) {
    ASSERT_TRUE(util::write_file_atomic(path, ".new.", text, 0644));
  }

  test::TempDir root;
  const std::string store = root / ".git";
  const std::string module = root / ".git/worktrees/x/modules/sub";
  StoreConfig config{kOwn};
};

TEST_F(StoreConfigTest, NamesEachForeignKeyOnceAndForgetsItWhenItIsGone) {
  write(store + "/config", "[core]\n\tbare = false\n\tpager = evil\n");
  write(module + "/config", "[core]\n\tpager = evil\n\tfsmonitor = evil\n");
  auto found = read();
  EXPECT_EQ(found.ignored, (std::vector<std::string>{"core.fsmonitor", "core.pager"}));
  EXPECT_EQ(found.overrides, (ConfigPairs{{"core.fsmonitor", "false"}, {"core.pager", "mine"}}));
  EXPECT_EQ(found.refused, "");
  write(store + "/config", "[core]\n\tbare = false\n");
  ASSERT_TRUE(util::remove_tree(module + "/config"));
  EXPECT_TRUE(read().ignored.empty());
}

TEST_F(StoreConfigTest, ASubmodulesWorktreeMustLieAmongTheTrees) {
  write(module + "/config", "[core]\n\tworktree = ../../../../../.worktrees/x/sub\n");
  EXPECT_EQ(read().refused, "");
  write(module + "/config", "[core]\n\tworktree = /etc\n");
  EXPECT_NE(read().refused, "");
  ASSERT_TRUE(util::remove_tree(module + "/config"));
  write(store + "/config", "[core]\n\tworktree = ../.worktrees/x\n");
  EXPECT_NE(read().refused, "");
}

TEST_F(StoreConfigTest, APromisorMustNotLeadElsewhere) {
  const std::string promisor = "[remote \"https://h/x\"]\n\tpromisor = true\n";
  write(store + "/config", promisor);
  EXPECT_EQ(read().refused, "");
  write(store + "/config", promisor + "\turl = https://evil/x\n");
  EXPECT_NE(read().refused, "");
  write(store + "/config", "[remote \"origin\"]\n\turl = https://evil/x\n\turl = https://h/x\n");
  EXPECT_NE(read().refused, "");
}

TEST_F(StoreConfigTest, WhatCannotBeReadOrIsTooMuchIsRefused) {
  write(store + "/config", "nonsense");
  EXPECT_NE(read().refused, "");
  std::string many = "[a]\n";
  for (int i = 0; i < 1000; ++i) many += "k" + std::to_string(i) + "\n";
  write(store + "/config", many);
  EXPECT_NE(read().refused, "");
  EXPECT_TRUE(read().overrides.empty());
  write(store + "/config.worktree", std::string(2 << 20, '#'));
  EXPECT_NE(read().refused, "");
}

}  // namespace
}  // namespace gitsync::cli
