// SPDX-License-Identifier: Apache-2.0
#include "git/path_rules.h"

#include <gtest/gtest.h>

#include <array>
#include <random>

#include "repository_fixture.h"
#include "util/files.h"

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
                                      "a~1"};

class PathRulesAndGit : public testing::Test, public RepositoryFixture {
 protected:
  PathRulesAndGit() : blob_(write("blob", "x")) {
    folder_ = write("tree", entry("100644", "f", blob_));
  }

  static std::string entry(const std::string& mode, const std::string& name, const ObjectId& id) {
    return mode + ' ' + name + '\0' + std::string(id.view());
  }

  std::string bytes_with(const Kind& kind, const std::string& name) const {
    const bool is_folder = kind.mode == EntryMode::kFolder;
    const bool is_submodule = kind.mode == EntryMode::kSubmodule;
    return entry(kind.digits, name, is_folder ? folder_ : is_submodule ? ObjectId{{1}} : blob_);
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

  // Faster, and for many trees at once: git judges names when it reads a tree into an index.
  std::vector<bool> git_takes(const std::vector<std::string>& trees) {
    std::string paths;
    for (std::size_t i = 0; i < trees.size(); ++i) {
      paths += dir / ("tree" + std::to_string(i)) + "\n";
      EXPECT_TRUE(util::write_file(dir / ("tree" + std::to_string(i)), trees[i]));
    }
    const std::string answers = sh(
        "cd repo; git hash-object -w --literally -t tree --stdin-paths | while read id; do "
        "if GIT_INDEX_FILE=../index git read-tree $id 2>/dev/null; then echo y; else echo n; fi; "
        "done",
        paths);
    EXPECT_EQ(answers.size(), 2 * trees.size());
    std::vector<bool> taken;
    for (std::size_t i = 0; i < answers.size(); i += 2) taken.push_back(answers[i] == 'y');
    return taken;
  }

  // Compares our verdicts with git's; returns how many names were refused.
  struct Case {
    std::string name;
    Kind kind;
  };
  int expect_the_same(const std::vector<Case>& cases) {
    std::vector<std::string> trees;
    trees.reserve(cases.size());
    for (const auto& [name, kind] : cases) trees.push_back(bytes_with(kind, name));
    const auto taken = git_takes(trees);
    int refused = 0;
    for (std::size_t i = 0; i < taken.size(); ++i) {
      const auto verdict = judge_name(cases[i].name, cases[i].kind.mode);
      refused += verdict == NameVerdict::kRefused ? 1 : 0;
      if (verdict == NameVerdict::kNotUnderstood) continue;
      EXPECT_EQ(verdict == NameVerdict::kAllowed, taken[i])
          << cases[i].name << " " << cases[i].kind.digits;
    }
    return refused;
  }

  ObjectId blob_;
  ObjectId folder_;
};

TEST_F(PathRulesAndGit, AgreeOnNamesThatGitIsKnownToLookAt) {
  std::vector<Case> cases;
  int left = 0;
  for (const auto& name : kNames) {
    for (const auto& kind : kKinds) {
      cases.push_back({name, kind});
      left += judge_name(name, kind.mode) == NameVerdict::kNotUnderstood ? 1 : 0;
    }
  }
  EXPECT_GT(expect_the_same(cases), 80);
  EXPECT_LT(left, 25) << "little is left to git";
}

TEST_F(PathRulesAndGit, AgreeOnWhatACheckoutMakes) {
  // The longest name, and one more, which fails when the file is made.
  for (const std::string& name :
       {std::string(".git"), std::string("a"), std::string(".git\\x"), std::string(".gitmodules"),
        std::string("git~1"), std::string("a\\b"), std::string(255, 'a'), std::string(256, 'a')}) {
    for (const auto& kind : kKinds) {
      EXPECT_EQ(judge_name(name, kind.mode) == NameVerdict::kAllowed,
                git_checks_out(write("tree", bytes_with(kind, name))))
          << name << " " << kind.digits;
    }
  }
}

TEST_F(PathRulesAndGit, AgreeOnRandomNames) {
  const std::array<std::string, 16> pieces{
      ".git",  "git~1", ".",           " ",        "\\",           ":", "x",    ".GIT",
      "Git~1", "~1",    ".gitmodules", "gitmod~1", "\xe2\x80\x8c", "g", "::$I", "-"};
  std::mt19937 random(20240303);
  std::vector<Case> cases;
  for (int round = 0; round < 500; ++round) {
    std::string name;
    for (unsigned i = 0; i < 1 + random() % 4; ++i) name += pieces.at(random() % pieces.size());
    cases.push_back({name, kKinds.at(random() % kKinds.size())});
  }
  EXPECT_GT(expect_the_same(cases), 50);
}

TEST_F(PathRulesAndGit, AgreeInFoldersToo) {
  for (const auto& name : {".git"s, "a"s, "GIT~1"s, ".git:x"s}) {
    const auto inner = write("tree", bytes_with(kKinds[0], name));
    EXPECT_EQ(judge_name(name, EntryMode::kFile) == NameVerdict::kAllowed,
              git_takes({entry("40000", "d", inner)}).at(0))
        << name;
  }
}

TEST(PathRules, RefuseWhatIsNoName) {
  EXPECT_EQ(judge_name("", EntryMode::kFile), NameVerdict::kRefused);
  EXPECT_EQ(judge_name("a\0b"s, EntryMode::kFile), NameVerdict::kRefused);
  EXPECT_EQ(judge_name("a/b", EntryMode::kFile), NameVerdict::kNotUnderstood);
}

}  // namespace
}  // namespace gitsync::git
