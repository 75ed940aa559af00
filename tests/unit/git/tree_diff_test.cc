// SPDX-License-Identifier: Apache-2.0
#include "git/tree_diff.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <random>

#include "git/object_store.h"
#include "repository_fixture.h"
#include "util/text.h"

namespace gitsync::git {
namespace {

// ":<mode> <mode> <id> <id>" and the path, as git diff-tree --raw has it, without its letter.
std::string line_of(const TreeChange& change) {
  const auto mode = [](const std::optional<TreeLeaf>& leaf) {
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "%06o", leaf ? to_number(leaf->mode) : 0);
    return std::string(text.data());
  };
  const auto id = [](const std::optional<TreeLeaf>& leaf) {
    return (leaf ? leaf->id : ObjectId{}).hex();
  };
  return ":" + mode(change.before) + " " + mode(change.after) + " " + id(change.before) + " " +
         id(change.after) + " " + std::string(change.path);
}

class TreeDiffAndGit : public testing::Test, public RepositoryFixture {
 protected:
  util::Result<std::vector<std::string>> ours(const std::optional<ObjectId>& before,
                                              const ObjectId& after) {
    GS_TRY(auto store, ObjectStore::open(objects()));
    std::vector<std::string> lines;
    GS_TRY_VOID(diff_trees(store, before, after, {},
                           [&](const TreeChange& change) -> util::Result<util::Walk> {
                             lines.push_back(line_of(change));
                             return util::Walk::kGoOn;
                           }));
    return lines;
  }

  // The same from git, without what it calls a change of type: it is one for us, too.
  std::vector<std::string> theirs(const std::optional<ObjectId>& before, const ObjectId& after) {
    const std::string raw =
        sh("git -C repo diff-tree -r --raw -z --no-renames --full-index --no-abbrev " +
           (before ? *before : kEmptyTree).hex() + " " + after.hex());
    const auto words = util::split(raw, '\0');
    std::vector<std::string> lines;
    for (std::size_t i = 0; i + 1 < words.size(); i += 2) {
      lines.push_back(words[i].substr(0, words[i].size() - 1) + words[i + 1]);
    }
    return lines;
  }

  void expect_the_same(const std::optional<ObjectId>& before, const ObjectId& after) {
    const auto lines = ours(before, after);
    ASSERT_TRUE(lines) << lines.error().message;
    EXPECT_EQ(*lines, theirs(before, after));
  }

  ObjectId tree(const std::string& lines) {
    return *ObjectId::from_hex(git("mktree --missing -z", lines));
  }
};

TEST_F(TreeDiffAndGit, AgreeOnAHistory) {
  make_history(12, 40);
  expect_the_same(std::nullopt, id("main^{tree}"));
  expect_the_same(id("main^{tree}"), kEmptyTree);
  for (int i = 0; i < 11; ++i) {
    const std::string n = std::to_string(i);
    expect_the_same(id("main~" + std::to_string(i + 1) + "^{tree}"), id("main~" + n + "^{tree}"));
  }
  EXPECT_EQ(ours(id("main^{tree}"), id("main^{tree}")).value().size(), 0U);
}

// A random tree of up to three levels, with names that sort differently as files and folders.
class RandomTree {
 public:
  explicit RandomTree(RepositoryFixture& fixture, std::string blob1, std::string blob2)
      : fixture_(fixture), blobs_{std::move(blob1), std::move(blob2)} {}

  std::string make(std::mt19937& random, int level = 0) {
    constexpr std::array<const char*, 8> kNames{"a", "a-", "a.b", "a0", "a\nb", "b", "\xff", "A"};
    constexpr std::array<const char*, 3> kModes{"100644", "100755", "120000"};
    std::string lines;
    for (const std::string name : kNames) {
      const unsigned dice = random() % 8;
      const std::string& blob = blobs_.at(random() % 2);
      if (dice < 3) lines += kModes.at(dice) + (" blob " + blob) + '\t' + name + '\0';
      if (dice == 3) lines += "160000 commit " + std::string(40, blob[0]) + '\t' + name + '\0';
      if (dice == 4 && level < 3) {
        lines += "040000 tree " + make(random, level + 1) + '\t' + name + '\0';
      }
    }
    return fixture_.git("mktree -z --missing", lines);
  }

 private:
  RepositoryFixture& fixture_;
  std::array<std::string, 2> blobs_;
};

TEST_F(TreeDiffAndGit, AgreeOnRandomTrees) {
  std::mt19937 random(20240202);
  RandomTree trees(*this, write("blob", "1").hex(), write("blob", "2").hex());
  std::vector<ObjectId> ids;
  for (int i = 0; i < 14; ++i) ids.push_back(*ObjectId::from_hex(trees.make(random)));
  for (const auto& before : ids) {
    for (const auto& after : ids) expect_the_same(before, after);
  }
}

TEST_F(TreeDiffAndGit, TellAFileThatBecomesAFolderAsTwoChanges) {
  const std::string blob = write("blob", "1").hex();
  const auto inner = tree("100644 blob " + blob + "\tx" + '\0');
  const auto file =
      tree("100644 blob " + blob + "\ta" + '\0' + "100644 blob " + blob + "\ta-" + '\0');
  const auto folder =
      tree("040000 tree " + inner.hex() + "\ta" + '\0' + "120000 blob " + blob + "\ta-" + '\0');
  const auto lines = ours(file, folder);
  ASSERT_TRUE(lines);
  ASSERT_EQ(lines->size(), 3U);
  EXPECT_TRUE(lines->at(0).ends_with(" a"));
  EXPECT_TRUE(lines->at(1).ends_with(" a-"));
  EXPECT_TRUE(lines->at(2).ends_with(" a/x"));
  expect_the_same(file, folder);
  expect_the_same(folder, file);
}

TEST_F(TreeDiffAndGit, NeedNothingOfFoldersThatAreTheSame) {
  const std::string blob = write("blob", "1").hex();
  const std::string same = "040000 tree " + std::string(40, '7') + "\tnot-there" + '\0';
  const auto before = tree(same + "100644 blob " + blob + "\tz" + '\0');
  const auto after = tree(same + "100755 blob " + blob + "\tz" + '\0');
  const auto lines = ours(before, after);
  ASSERT_TRUE(lines) << lines.error().message;
  EXPECT_EQ(lines->size(), 1U);
}

TEST_F(TreeDiffAndGit, NameTheFolderThatCannotBeRead) {
  const auto inner = tree("040000 tree " + std::string(40, '7') + "\tnot-there" + '\0');
  const auto outer = tree("040000 tree " + inner.hex() + "\tout" + '\0');
  const auto lines = ours(std::nullopt, outer);
  ASSERT_FALSE(lines);
  EXPECT_EQ(lines.error().kind, util::ErrorKind::kNotFound);
  EXPECT_NE(lines.error().message.find("\"out/not-there/\""), std::string::npos)
      << lines.error().message;
}

TEST_F(TreeDiffAndGit, EndWhenTheVisitorSaysSo) {
  make_history(1, 20);
  auto store = ObjectStore::open(objects()).value();
  int calls = 0;
  const auto after_two = [&](const TreeChange&) -> util::Result<util::Walk> {
    return ++calls == 2 ? util::Walk::kStop : util::Walk::kGoOn;
  };
  EXPECT_TRUE(diff_trees(store, std::nullopt, id("main^{tree}"), {}, after_two));
  EXPECT_EQ(calls, 2);
  const auto refuse = [&](const TreeChange&) -> util::Result<util::Walk> {
    return util::fail(util::ErrorKind::kInvalid, "no");
  };
  EXPECT_EQ(diff_trees(store, std::nullopt, id("main^{tree}"), {}, refuse).error().message, "no");
}

TEST_F(TreeDiffAndGit, WalkDownVeryDeepTreesAndLeaveDeeperOnesToGit) {
  const auto blob = write("blob", "1");
  const auto deep = [&](int levels) {
    std::string path;
    for (int i = 0; i < levels; ++i) path += "d/";
    const std::string stream =
        "commit refs/heads/main\ncommitter C <c@x> 1 +0000\ndata 0\nM 100644 " + blob.hex() + " " +
        path + "f\n";
    sh("git -C repo fast-import --quiet --force", stream);
    return id("main^{tree}");
  };
  const auto good = deep(1000);
  const auto lines = ours(std::nullopt, good);
  ASSERT_TRUE(lines) << lines.error().message;
  ASSERT_EQ(lines->size(), 1U);
  EXPECT_TRUE(lines->at(0).ends_with("/d/d/f"));
  EXPECT_EQ(ours(std::nullopt, deep(2100)).error().cause, util::Cause::kNotUnderstood);
}

TEST_F(TreeDiffAndGit, EndAtTheLimitInFoldersWithoutEnd) {
  // Forty levels of ten times the same folder, at the end an empty one: 10^40 folders, no file.
  std::string inner = git("mktree", "");
  for (int level = 0; level < 40; ++level) {
    std::string lines;
    for (char name = '0'; name <= '9'; ++name) {
      lines += "040000 tree " + inner + '\t' + name + '\0';
    }
    inner = git("mktree -z", lines);
  }
  auto store = ObjectStore::open(objects()).value();
  const auto limit = util::Limit{}.within(std::chrono::milliseconds(200));
  const auto result =
      diff_trees(store, std::nullopt, *ObjectId::from_hex(inner), limit,
                 [](const TreeChange&) -> util::Result<util::Walk> { return util::Walk::kGoOn; });
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, util::ErrorKind::kTimeout);
}

TEST_F(TreeDiffAndGit, RefuseAFolderThatIsAFile) {
  const auto blob = write("blob", "1");
  const auto bad = tree("100644 blob " + blob.hex() + "\tf" + '\0');
  std::string bytes = sh("git -C repo cat-file tree " + bad.hex());
  const auto made = write("tree", "40000" + bytes.substr(6));
  EXPECT_EQ(ours(std::nullopt, made).error().kind, util::ErrorKind::kCorrupt);
}

}  // namespace
}  // namespace gitsync::git
