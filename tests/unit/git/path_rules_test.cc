// SPDX-License-Identifier: Apache-2.0
#include "git/path_rules.h"

#include <gtest/gtest.h>

#include <array>
#include <random>

#include "repository_fixture.h"

namespace gitsync::git {
namespace {

using std::string_literals::operator""s;

struct Kind {
  EntryMode mode;
  std::string digits;
};
const std::array<Kind, 4> kKinds{{{EntryMode::kFile, "100644"},
                                  {EntryMode::kFolder, "40000"},
                                  {EntryMode::kSymlink, "120000"},
                                  {EntryMode::kSubmodule, "160000"}}};

// With or without characters that the shell, or the rules, may stumble over.
const std::vector<std::string> kNames{".git",
                                      ".GIT",
                                      ".gIt",
                                      ".",
                                      "..",
                                      "...",
                                      ".git ",
                                      ".git.",
                                      ".git . ",
                                      ".git...",
                                      ".gitx",
                                      ".git ~1",
                                      "git~1",
                                      "GIT~1",
                                      "git~2",
                                      "git~10",
                                      "git~1.",
                                      "git~1 ",
                                      "git~1x",
                                      ".git::$INDEX_ALLOCATION",
                                      ".git:x",
                                      ".git .:x",
                                      "git~1::$I",
                                      "git~1 . :",
                                      "a\\b",
                                      "\\",
                                      ".git\\x",
                                      ".\\x",
                                      "..\\x",
                                      "x\\.git",
                                      "\\.git",
                                      "\\\\.git",
                                      "x\\\\.git",
                                      "x\\..\\y",
                                      "a:b",
                                      "c:",
                                      "CON",
                                      "nul.txt",
                                      "a ",
                                      "a.",
                                      "a\nb",
                                      "a\x01"
                                      "b",
                                      "\"",
                                      "*",
                                      "?",
                                      "-",
                                      "--",
                                      ".g\xe2\x80\x8cit",
                                      "\xe2\x80\x8c.git",
                                      ".git\xe2\x80\x8c",
                                      ".G\xef\xbb\xbfIT",
                                      ".gitmodules",
                                      ".GITMODULES",
                                      ".gitmodules ",
                                      ".gitmodules::$x",
                                      "gitmod~1",
                                      "GITMOD~4",
                                      "gi7eba~1",
                                      "gi7eba~10",
                                      ".gitattributes",
                                      ".gitignore",
                                      ".mailmap",
                                      "\xff",
                                      ".git\t",
                                      ".git\r",
                                      ".gi\xc4\xb1t",
                                      "x\\.gitmodules",
                                      "\\.gitmodules",
                                      ".gitmodules\\",
                                      ".git\xc2\xa0",
                                      ".git.x",
                                      ".git\\",
                                      ".gIt .. \\x",
                                      "a",
                                      "A",
                                      "é",
                                      ".gitkeep",
                                      "git",
                                      "~",
                                      "a~1",
                                      std::string(255, 'a'),
                                      std::string(256, 'a')};

class PathRulesAndGit : public testing::Test, public RepositoryFixture {
 protected:
  PathRulesAndGit() : blob_(write("blob", "x")) {
    folder_ = write("tree", entry("100644", "f", blob_));
  }

  static std::string entry(const std::string& mode, const std::string& name, const ObjectId& id) {
    return mode + ' ' + name + '\0' + std::string(id.view());
  }

  ObjectId tree_with(const Kind& kind, const std::string& name) {
    const bool is_folder = kind.mode == EntryMode::kFolder;
    const bool is_submodule = kind.mode == EntryMode::kSubmodule;
    return write("tree", entry(kind.digits, name,
                               is_folder      ? folder_
                               : is_submodule ? ObjectId{{1}}
                                              : blob_));
  }

  // As the git source does it.
  bool git_checks_out(const ObjectId& tree) {
    const auto commit = git("commit-tree -m x " + tree.hex());
    sh("rm -rf w; cd repo; git worktree prune; "
       "git worktree add -q -f --detach --no-checkout ../w " +
       commit);
    const bool ok = try_sh("cd w; git reset -q --hard " + commit + " --").ok();
    EXPECT_EQ(ok, sh("ls -A w") != ".git\n") << "it is there, or refused";
    return ok;
  }

  // Faster: git judges names when it reads a tree into an index.
  bool git_takes(const ObjectId& tree) {
    return try_sh("cd repo; GIT_INDEX_FILE=../index git read-tree " + tree.hex()).ok();
  }

  ObjectId blob_;
  ObjectId folder_;
};

TEST_F(PathRulesAndGit, AgreeOnNamesThatGitIsKnownToLookAt) {
  int refused = 0;
  int left = 0;
  for (const auto& name : kNames) {
    for (const auto& kind : kKinds) {
      const auto verdict = judge_name(name, kind.mode);
      if (verdict == NameVerdict::kNotUnderstood) {
        ++left;
        continue;
      }
      refused += verdict == NameVerdict::kRefused ? 1 : 0;
      // A name that is too long fails when the file is made.
      const auto tree = tree_with(kind, name);
      const bool ok = name.size() > 255 ? git_checks_out(tree) : git_takes(tree);
      EXPECT_EQ(verdict == NameVerdict::kAllowed, ok) << name << " " << kind.digits;
    }
  }
  EXPECT_GT(refused, 80);
  EXPECT_LT(left, 25) << "little is left to git";
}

TEST_F(PathRulesAndGit, AgreeOnWhatACheckoutMakes) {
  for (const std::string name : {".git", "a", ".git\\x", ".gitmodules", "..", "git~1", "a\\b"}) {
    for (const auto& kind : kKinds) {
      EXPECT_EQ(judge_name(name, kind.mode) == NameVerdict::kAllowed,
                git_checks_out(tree_with(kind, name)))
          << name << " " << kind.digits;
    }
  }
}

TEST_F(PathRulesAndGit, AgreeOnRandomNames) {
  const std::array<std::string, 16> pieces{
      ".git",  "git~1", ".",           " ",        "\\",           ":", "x",    ".GIT",
      "Git~1", "~1",    ".gitmodules", "gitmod~1", "\xe2\x80\x8c", "g", "::$I", "-"};
  std::mt19937 random(20240303);
  int refused = 0;
  for (int round = 0; round < 300; ++round) {
    std::string name;
    for (unsigned i = 0; i < 1 + random() % 4; ++i) name += pieces.at(random() % pieces.size());
    const Kind& kind = kKinds.at(random() % kKinds.size());
    const auto verdict = judge_name(name, kind.mode);
    if (verdict == NameVerdict::kNotUnderstood) continue;
    refused += verdict == NameVerdict::kRefused ? 1 : 0;
    EXPECT_EQ(verdict == NameVerdict::kAllowed, git_takes(tree_with(kind, name)))
        << name << " " << kind.digits;
  }
  EXPECT_GT(refused, 30);
}

TEST_F(PathRulesAndGit, AgreeInFoldersToo) {
  for (const auto& name : {".git"s, "a"s, "GIT~1"s, ".git:x"s}) {
    const auto inner = tree_with(kKinds[0], name);
    const auto tree = write("tree", entry("40000", "d", inner));
    EXPECT_EQ(judge_name(name, EntryMode::kFile) == NameVerdict::kAllowed, git_takes(tree)) << name;
  }
}

TEST(PathRules, RefuseWhatIsNoName) {
  EXPECT_EQ(judge_name("", EntryMode::kFile), NameVerdict::kRefused);
  EXPECT_EQ(judge_name("a\0b"s, EntryMode::kFile), NameVerdict::kRefused);
  EXPECT_EQ(judge_name("a/b", EntryMode::kFile), NameVerdict::kNotUnderstood);
}

}  // namespace
}  // namespace gitsync::git
