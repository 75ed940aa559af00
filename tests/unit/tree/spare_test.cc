// SPDX-License-Identifier: Apache-2.0
#include "tree/spare.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <deque>
#include <filesystem>
#include <string>
#include <vector>

#include "support/written_trees.h"
#include "util/entry_stream.h"
#include "util/fd.h"
#include "util/files.h"

namespace gitsync::tree {
namespace {

namespace fs = std::filesystem;
using test::lstat_of;
using test::MemoryTree;
using test::read_tree;
using test::revision_of;
using testing::HasSubstr;
using testing::Not;

MemoryTree sample() {
  MemoryTree tree;
  for (const char* folder : {"a/", "a/b/", "a/b/c/", "a/d/", "e/", "e/f/"}) {
    for (const char* name : {"1", "2", "3"}) {
      tree[std::string(folder) + name] = {.content = std::string(folder) + name};
    }
  }
  return tree;
}

MemoryTree changed(const std::string& path, const std::string& content) {
  auto tree = sample();
  tree[path] = {.content = content};
  return tree;
}

class SpareTest : public testing::Test {
 protected:
  Published build(std::size_t number, const MemoryTree& files, const Published* base = nullptr) {
    return trees.build_exactly(number, files, base);
  }
  void prepare(const Published& shown) { EXPECT_TRUE(trees.writer.prepare_spare(shown, {})); }
  bool offer(const Published& old, const Published& shown) {
    const auto taken = trees.writer.offer_spare(old, shown, {});
    EXPECT_TRUE(taken) << (taken ? "" : taken.error().message);
    return taken && *taken;
  }
  std::string spare(std::size_t number) const {
    return trees.options.layout.root + "/" + Layout::kSparesName + "/" + revision_of(number).id;
  }

  // By the manifest of the spare.
  std::vector<std::string> folders_to_read() const {
    const Manifests manifests(trees.options.layout);
    auto records = manifests.open(Manifests::kSpare, lstat_of(spare(1)).st_ino);
    EXPECT_TRUE(records);
    std::vector<std::string> folders;
    while (const Record* record = records->peek()) {
      if (record->is_directory && record->stat.changed.tv_sec == 0) folders.push_back(record->path);
      EXPECT_TRUE(records->next());
    }
    return folders;
  }

  test::WrittenTrees trees;
};

TEST_F(SpareTest, FoldersThatDidNotChangeAreMovedWhole) {
  const auto first = build(1, sample());
  prepare(first);
  EXPECT_EQ(read_tree(spare(1)), sample());
  const auto second = build(2, changed("a/b/2", "new"), &first);
  EXPECT_EQ(trees.counts.written, 1U);
  EXPECT_EQ(trees.counts.taken, 0U);
  EXPECT_EQ(trees.counts.moved, 5U);          // in a and in a/b
  EXPECT_EQ(trees.counts.moved_folders, 3U);  // a/b/c, a/d, e
  EXPECT_EQ(read_tree(first.tree), sample());
  EXPECT_EQ(lstat_of(first.tree + "/e/f/3").st_ino, lstat_of(second.tree + "/e/f/3").st_ino);
  EXPECT_EQ(trees.kept(), revision_of(1).id + " " + revision_of(2).id + " | ");
  ASSERT_TRUE(trees.writer.tidy({}));
  EXPECT_EQ(trees.trees(), revision_of(1).id + " " + revision_of(2).id);
}

TEST_F(SpareTest, ARetiredTreeLosesWhatOnlyItHolds) {
  auto files = changed("only/old", "x");
  files["a/b/2"] = {.content = "old"};
  const auto first = build(1, files);
  ASSERT_TRUE(util::write_file(first.tree + "/.git", "gitdir: elsewhere"));
  fs::create_directories(first.tree + "/e/f/__pycache__/deep");
  ASSERT_TRUE(util::write_file(first.tree + "/e/f/__pycache__/x.pyc", "x"));
  const auto second = build(2, changed("a/b/2", "new"), &first);
  EXPECT_TRUE(offer(first, second));
  auto expected = sample();
  expected.erase("a/b/2");
  EXPECT_EQ(read_tree(spare(1)), expected);
  EXPECT_FALSE(fs::exists(spare(1) + "/.git"));
  EXPECT_EQ(trees.trees(), revision_of(2).id);
  EXPECT_EQ(trees.kept(), revision_of(2).id + " spare | " + revision_of(1).id);
  // Folders that were changed just now are to be read whatever their times say.
  EXPECT_THAT(folders_to_read(), testing::ElementsAre("a/b", "e/f", ""));

  auto next = changed("a/b/2", "new");
  next["e/new"] = {};
  build(3, next, &second);
  EXPECT_EQ(trees.counts.written, 1U);
  EXPECT_EQ(trees.counts.taken, 1U);  // a/b/2, which the spare has not
}

TEST_F(SpareTest, EachRetiredTreeServesTheNext) {
  auto shown = build(1, sample());
  prepare(shown);
  auto files = sample();
  for (std::size_t number = 2; number < 8; ++number) {
    files["a/d/" + std::to_string(number % 3 + 1)] = {.content = std::to_string(number)};
    const auto old = shown;
    shown = build(number, files, &old);
    EXPECT_EQ(trees.counts.written, 1U);
    EXPECT_LE(trees.counts.taken, 1U);
    EXPECT_GE(trees.counts.moved_folders, 2U);
    EXPECT_TRUE(offer(old, shown));
    ASSERT_TRUE(trees.writer.tidy({}));
    EXPECT_EQ(trees.trees(), revision_of(number).id);
  }
}

// As somebody can who has a directory of the retired tree open.
TEST_F(SpareTest, WhatOthersDoToTheSpareDoesNotReachTheNextTree) {
  const auto first = build(1, sample());
  const auto second = build(2, changed("top", ""), &first);
  ASSERT_TRUE(offer(first, second));
  const std::string place = spare(1);
  ASSERT_TRUE(util::write_file(place + "/a/b/c/stranger", "s"));
  fs::create_directories(place + "/e/f/folder");
  fs::remove(place + "/a/d/1");
  fs::create_symlink("2", place + "/a/d/1");
  fs::remove_all(place + "/e/f/folder");
  fs::permissions(place + "/e", fs::perms::owner_all);
  fs::remove_all(place + "/a/b/c");
  fs::create_directory_symlink("/etc", place + "/a/b/c");
  build(3, changed("other", ""), &second);
  EXPECT_EQ(read_tree(second.tree), changed("top", ""));
}

TEST_F(SpareTest, AFileEditedInPlaceIsWrittenAnewThoughItIsInBothTrees) {
  const auto first = build(1, sample());
  prepare(first);
  ASSERT_TRUE(util::write_file(first.tree + "/a/b/c/1", "A/b/c/1"));  // of the same size
  build(2, sample(), &first);
  EXPECT_EQ(trees.counts.written, 1U);
}

// Everything below a directory that somebody holds is what it was in the revision in which it was
// published, or it is gone.
class Holder {
 public:
  Holder(const std::string& tree, const MemoryTree& files) : files_(files) {
    hold("", tree);
    for (const auto& entry : fs::recursive_directory_iterator(tree)) {
      if (entry.is_directory()) {
        hold(entry.path().string().substr(tree.size() + 1), entry.path().string());
      }
    }
  }

  void look() const {
    for (const auto& [path, fd] : folders_) {
      util::Fd reading(::openat(fd.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
      ASSERT_TRUE(reading);
      util::EntryStream entries(std::move(reading));
      while (true) {
        const auto name = entries.next();
        ASSERT_TRUE(name);
        if (!*name) break;
        const std::string below = (path.empty() ? "" : path + "/") + std::string(**name);
        const auto file = files_.find(below);
        if (file != files_.end()) {
          EXPECT_EQ(content_at(fd.get(), (*name)->data()), file->second.content) << below;
          continue;
        }
        const auto inside = files_.lower_bound(below + "/");
        const bool is_folder = inside != files_.end() && inside->first.starts_with(below + "/");
        EXPECT_TRUE(is_folder) << below << " came into a published folder";
      }
    }
  }

 private:
  void hold(const std::string& path, const std::string& place) {
    folders_.emplace_back(path, ::open(place.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  }
  static std::string content_at(int folder, const char* name) {
    const util::Fd fd(::openat(folder, name, O_RDONLY | O_CLOEXEC));
    std::string content(100, '\0');
    const auto got = ::read(fd.get(), content.data(), content.size());
    content.resize(got < 0 ? 0 : static_cast<std::size_t>(got));
    return content;
  }

  const MemoryTree files_;
  std::vector<std::pair<std::string, util::Fd>> folders_;
};

TEST_F(SpareTest, ADirectoryHeldAcrossFlipsNeverShowsAnotherRevision) {
  std::deque<Holder> holders;
  auto files = sample();
  auto shown = build(1, files);
  holders.emplace_back(shown.tree, files);
  prepare(shown);
  for (std::size_t number = 2; number < 12; ++number) {
    const std::string folder = number % 2 == 0 ? "a/b/" : "e/f/";
    files[folder + std::to_string(number % 3 + 1)].content = "in " + std::to_string(number);
    if (number % 3 == 0) files.erase(folder + std::to_string(number % 4 + 1));
    files[folder + "new" + std::to_string(number)] = {};
    const auto old = shown;
    shown = build(number, files, &old);
    holders.emplace_back(shown.tree, files);
    for (const auto& holder : holders) holder.look();
    ASSERT_TRUE(offer(old, shown));
    for (const auto& holder : holders) holder.look();
  }
}

TEST_F(SpareTest, PreparingLeavesOutWhatIsEdited) {
  const auto first = build(1, sample());
  for (const char* name : {"/a/b/c/1", "/a/b/c/2", "/a/b/c/3", "/e/1"}) {
    ASSERT_TRUE(util::write_file(first.tree + name, "edited"));
  }
  prepare(first);
  auto expected = sample();
  for (const char* name : {"a/b/c/1", "a/b/c/2", "a/b/c/3", "e/1"}) expected.erase(name);
  EXPECT_EQ(read_tree(spare(1)), expected);
  build(2, changed("a/d/1", "new"), &first);
  EXPECT_EQ(trees.counts.written, 5U);
  EXPECT_EQ(trees.counts.taken, 0U);
  EXPECT_EQ(trees.counts.moved_folders, 1U);  // e/f
}

TEST_F(SpareTest, AFolderThatIsMissingFromARetiredTreeIsNotInItsManifest) {
  const auto first = build(1, sample());
  const auto second = build(2, changed("top", ""), &first);
  fs::rename(first.tree + "/a/b", first.tree + "/moved");
  ASSERT_TRUE(offer(first, second));
  auto expected = sample();
  std::erase_if(expected, [](const auto& file) { return file.first.starts_with("a/b/"); });
  EXPECT_EQ(read_tree(spare(1)), expected);
  build(3, changed("other", ""), &second);
  EXPECT_EQ(trees.counts.taken, 6U);  // a/b
}

// Written by somebody who can make checksums.
TEST_F(SpareTest, AForgedManifestOnlyCostsItsUse) {
  const auto first = build(1, sample());
  const std::string of_base = revision_of(1).id;
  for (const std::string& name : {std::string(Manifests::kSpare), of_base}) {
    prepare(first);
    const auto top = lstat_of(name == of_base ? first.tree : spare(1)).st_ino;
    const Manifests manifests(trees.options.layout);
    auto draft = manifests.draft();
    ASSERT_TRUE(draft);
    auto forged = draft->write(revision_of(1));
    ASSERT_TRUE(forged);
    ASSERT_TRUE(forged->add("a/1", test::entry_of({.content = "a/1"}), {}));
    ASSERT_TRUE(forged->add("a/../../1", {}, {}));
    ASSERT_TRUE(forged->add_directory("", {.inode = top}));
    ASSERT_TRUE(forged->finish());
    ASSERT_TRUE(std::move(*draft).keep(name));
    build(2, changed("a/d/1", "new"), &first);
    EXPECT_EQ(trees.counts.moved_folders, 0U) << name;
  }
}

TEST_F(SpareTest, OneWithoutManifestIsRemovedAtTheStart) {
  const auto first = build(1, sample());
  prepare(first);
  ASSERT_TRUE(trees.writer.recover({}));
  EXPECT_THAT(trees.kept(), HasSubstr(" spare | " + revision_of(1).id));
  fs::create_directories(spare(7) + "/x");
  ASSERT_TRUE(trees.writer.recover({}));
  EXPECT_THAT(trees.kept(), HasSubstr(" spare | " + revision_of(1).id));
  EXPECT_THAT(trees.kept(), Not(HasSubstr(revision_of(7).id)));
  fs::remove(trees.options.layout.root + "/" + Layout::kManifestsName + "/spare");
  ASSERT_TRUE(trees.writer.recover({}));
  EXPECT_EQ(trees.kept(), revision_of(1).id + " | ");
}

TEST_F(SpareTest, OneThatDoesNotMatchItsManifestIsNotUsed) {
  const auto first = build(1, sample());
  prepare(first);
  fs::rename(spare(1), spare(1) + ".away");
  fs::create_directories(spare(1) + "/a");
  build(2, sample(), &first);
  EXPECT_EQ(trees.counts.moved + trees.counts.moved_folders, 0U);
  ASSERT_TRUE(trees.writer.recover({}));
  EXPECT_EQ(trees.kept(), revision_of(1).id + " " + revision_of(2).id + " | ");
}

TEST_F(SpareTest, NoneIsMadeOrUsedWhereFilesMayNotBeShared) {
  const auto first = build(1, sample());
  prepare(first);
  auto options = trees.options;
  options.sharing = Sharing::kNone;
  const TreeWriter alone(options, trees.log.logger());
  trees.set(2, sample());
  auto contents = trees.contents(2);
  auto built = alone.build(revision_of(2), &first, contents, {});
  ASSERT_TRUE(built);
  EXPECT_EQ(built->counts().moved + built->counts().moved_folders, 0U);
  const Turn turn{std::nullopt};
  auto draft = std::move(*built).finish(turn, {});
  ASSERT_TRUE(draft);
  draft->keep();
  EXPECT_FALSE(*alone.offer_spare(first, {.tree = draft->path(), .revision = revision_of(2)}, {}));
  ASSERT_TRUE(alone.recover({}));
  EXPECT_EQ(trees.kept(), revision_of(1).id + " " + revision_of(2).id + " | ");
}

TEST_F(SpareTest, ATreeThatIsOfNoUseIsLeftToThePruner) {
  const auto first = build(1, sample());
  const auto second = build(2, changed("x", ""), &first);
  EXPECT_FALSE(offer(second, second));
  EXPECT_FALSE(offer({.tree = trees.options.layout.root, .revision = revision_of(1)}, second));
  const std::string aside = trees.options.layout.trees() + "/.suspect.x";
  fs::create_directories(aside);
  fs::rename(first.tree, aside + "/" + revision_of(1).id);
  EXPECT_FALSE(
      offer({.tree = aside + "/" + revision_of(1).id, .revision = revision_of(1)}, second));
  EXPECT_FALSE(offer(first, second));
  EXPECT_EQ(trees.kept(), revision_of(1).id + " " + revision_of(2).id + " | ");
}

TEST_F(SpareTest, DroppedWhenTheCallerSaysThatTheDiskIsLow) {
  const auto first = build(1, sample());
  prepare(first);
  ASSERT_TRUE(trees.writer.drop_spare({}));
  EXPECT_EQ(trees.kept(), revision_of(1).id + " | ");
}

TEST_F(SpareTest, StoppedInTheMiddleOfPreparingThereIsNone) {
  util::Event stop;
  stop.set();
  const auto first = build(1, sample());
  EXPECT_FALSE(trees.writer.prepare_spare(first, {.stop = &stop}));
  build(2, sample(), &first);
  EXPECT_EQ(trees.counts.moved_folders, 0U);
  ASSERT_TRUE(trees.writer.recover({}));
  EXPECT_EQ(trees.kept(), revision_of(1).id + " " + revision_of(2).id + " | ");
}

// A suspect tree is built again from itself; only what differs is written.
TEST_F(SpareTest, TheSameRevisionIsBuiltAgainFromATreeThatWasSetAside) {
  auto first = build(1, sample());
  ASSERT_TRUE(util::write_file(first.tree + "/e/1", "damaged"));
  const std::string aside = trees.options.layout.trees() + "/.suspect.x";
  fs::create_directories(aside);
  fs::rename(first.tree, aside + "/" + revision_of(1).id);
  fs::create_symlink(".suspect.x/" + revision_of(1).id, first.tree);
  first.tree = aside + "/" + revision_of(1).id;
  const auto again = build(1, sample(), &first);
  EXPECT_EQ(trees.counts.written, 1U);
  EXPECT_EQ(again.tree, trees.options.layout.tree(revision_of(1)));
}

}  // namespace
}  // namespace gitsync::tree
