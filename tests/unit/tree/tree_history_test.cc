// SPDX-License-Identifier: Apache-2.0
// Random histories, with a consumer that damages what is published: each tree equals its revision,
// and what nobody touched is the same file in the next one.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <map>
#include <random>
#include <set>
#include <string>

#include "support/written_trees.h"
#include "util/files.h"

namespace gitsync::tree {
namespace {

namespace fs = std::filesystem;
using test::lstat_of;
using test::MemoryFile;
using test::MemoryTree;
using test::read_tree;
using test::revision_of;

class Dice {
 public:
  explicit Dice(std::uint32_t seed) : engine_(seed) {}
  std::size_t below(std::size_t end) { return engine_() % end; }
  bool one_in(std::size_t n) { return below(n) == 0; }

 private:
  std::mt19937 engine_;
};

std::string random_path(Dice& dice) {
  static constexpr const char* kNames[] = {"a", "b", "a.b", "c", "A", "\xff", "0"};
  std::string path;
  const std::size_t levels = 1 + dice.below(4);
  for (std::size_t i = 0; i < levels; ++i) {
    path += (i > 0 ? "/" : "") + std::string(kNames[dice.below(std::size(kNames))]);
  }
  return path;
}

MemoryFile random_file(Dice& dice) {
  switch (dice.below(8)) {
    case 0:
      return {FileKind::kExecutable, "#!" + std::to_string(dice.below(20))};
    case 1:
      return {FileKind::kSymlink, "to" + std::to_string(dice.below(20))};
    case 2:
      return {FileKind::kFolder, ""};
    case 3:
      return {FileKind::kRegular, ""};
    default:
      return {FileKind::kRegular,
              std::string(1 + dice.below(9), static_cast<char>('a' + dice.below(20)))};
  }
}

// Gives `path` to a file, and takes away whatever cannot be beside it.
void put(MemoryTree& tree, const std::string& path, MemoryFile file) {
  for (auto slash = path.find('/'); slash != std::string::npos; slash = path.find('/', slash + 1)) {
    tree.erase(path.substr(0, slash));
  }
  std::erase_if(tree, [&](const auto& entry) { return entry.first.starts_with(path + "/"); });
  tree[path] = std::move(file);
}

void change(MemoryTree& tree, Dice& dice) {
  for (std::size_t i = dice.below(6); i > 0; --i) {
    if (dice.one_in(2) || tree.empty()) {
      put(tree, random_path(dice), random_file(dice));
      continue;
    }
    const auto victim =
        std::next(tree.begin(), static_cast<std::ptrdiff_t>(dice.below(tree.size())));
    if (dice.one_in(2)) {
      tree.erase(victim);
    } else if (victim->second.kind == FileKind::kRegular && dice.one_in(2)) {
      victim->second.kind = FileKind::kExecutable;
    } else {
      victim->second = random_file(dice);
    }
  }
}

// Edits a tree on the disk; tells which paths, with all below them, are not what they were.
class Consumer {
 public:
  Consumer(std::string tree, Dice& dice) : tree_(std::move(tree)), dice_(dice) {}

  void edit() {
    std::vector<fs::path> entries;
    for (const auto& entry : fs::recursive_directory_iterator(tree_)) entries.push_back(entry);
    if (entries.empty()) return;
    std::ranges::sort(entries);
    const fs::path victim = entries[dice_.below(entries.size())];
    const bool is_folder = fs::is_directory(fs::symlink_status(victim));
    const bool is_symlink = fs::is_symlink(victim);
    touched.insert(victim.string().substr(tree_.size() + 1));
    switch (dice_.below(6)) {
      case 0:
        fs::remove_all(victim);
        break;
      case 1:
        fs::remove_all(victim);
        fs::create_symlink("/nowhere/at/all", victim);
        break;
      case 2:
        // Never through a symlink: it may lead out of the tree.
        if (!is_symlink) ::chmod(victim.c_str(), is_folder ? 0700 : 0600);
        break;
      case 3:
        add(is_folder ? victim : victim.parent_path());
        break;
      case 4:
        fs::rename(victim, victim.string() + ".moved");
        break;
      default:
        if (fs::is_regular_file(fs::symlink_status(victim))) overwrite(victim);
    }
  }
  std::set<std::string> touched;

 private:
  void add(const fs::path& folder) {
    const auto path = folder / ("added" + std::to_string(dice_.below(3)));
    std::error_code ignored;
    if (dice_.one_in(2)) fs::create_directory(path, ignored);
    if (!fs::exists(path)) [[maybe_unused]]
      const auto written = util::write_file(path, "added");
  }
  // In place, and of the same size.
  static void overwrite(const fs::path& path) {
    const std::string content(fs::file_size(path), '!');
    ASSERT_TRUE(util::write_file(path, content));
  }

  const std::string tree_;
  Dice& dice_;
};

bool is_touched(const std::set<std::string>& touched, const std::string& path) {
  return std::ranges::any_of(touched, [&](const std::string& edited) {
    return path == edited || path.starts_with(edited + "/");
  });
}

class TreeHistoryTest : public testing::TestWithParam<std::uint32_t> {
 protected:
  // What neither the history nor the consumer has touched is the same file.
  void expect_kept(const Published& old, const MemoryTree& before, const Published& now,
                   const MemoryTree& after, const std::set<std::string>& touched,
                   const std::map<std::string, struct stat>& stats, Sharing sharing) {
    for (const auto& [path, file] : after) {
      const auto same = before.find(path);
      if (same == before.end() || same->second != file || file.kind == FileKind::kFolder ||
          is_touched(touched, path)) {
        continue;
      }
      const auto was = stats.at(path);
      const auto is = lstat_of(now.tree + "/" + path);
      EXPECT_EQ(was.st_mtim.tv_sec, is.st_mtim.tv_sec) << path;
      EXPECT_EQ(was.st_mtim.tv_nsec, is.st_mtim.tv_nsec) << path;
      if (sharing == Sharing::kHardLinks) {
        EXPECT_EQ(was.st_ino, is.st_ino) << path << " of " << old.tree;
      }
    }
  }
};

std::map<std::string, struct stat> stats_of(const std::string& tree, const MemoryTree& files) {
  std::map<std::string, struct stat> stats;
  for (const auto& [path, file] : files) stats[path] = lstat_of(tree + "/" + path);
  return stats;
}

TEST_P(TreeHistoryTest, EachTreeEqualsItsRevisionAndKeepsWhatNobodyTouched) {
  Dice dice(GetParam());
  const auto sharing = GetParam() % 4 == 3 ? Sharing::kNone : Sharing::kHardLinks;
  const std::size_t width = GetParam() % 3 == 1 ? 8 : 1;
  test::WrittenTrees trees(sharing, "", width);
  std::vector<MemoryTree> history{{}};
  for (int i = 0; i < 30; ++i) put(history[0], random_path(dice), random_file(dice));
  trees.set(0, history[0]);
  auto first = trees.build(0);
  ASSERT_TRUE(first) << first.error().message;
  Published shown = *first;
  for (std::size_t number = 1; number < 40; ++number) {
    // Sometimes back to something old.
    auto files = dice.one_in(6) ? history[dice.below(history.size())] : history.back();
    change(files, dice);
    trees.set(number, files);
    if (dice.one_in(3)) {
      ASSERT_TRUE(trees.writer.prepare_spare(shown, {}));
    }
    const auto stats = stats_of(shown.tree, history.back());
    Consumer consumer(shown.tree, dice);
    if (dice.one_in(2)) {
      for (std::size_t edits = dice.below(4); edits > 0; --edits) consumer.edit();
    }
    const std::string spares = trees.options.layout.root + "/" + Layout::kSparesName;
    for (const auto& spare : util::list_directory(spares).value_or(std::vector<std::string>{})) {
      Consumer holder(spares + "/" + spare, dice);
      if (dice.one_in(2)) holder.edit();
      consumer.touched.insert(holder.touched.begin(), holder.touched.end());
    }
    const auto damaged = read_tree(shown.tree);
    const auto built = trees.build(number, &shown);
    ASSERT_TRUE(built) << built.error().message;
    ASSERT_EQ(read_tree(built->tree), files) << "build " << number;
    EXPECT_EQ(read_tree(shown.tree), damaged);
    expect_kept(shown, history.back(), *built, files, consumer.touched, stats, sharing);
    const Published old = shown;
    shown = *built;
    history.push_back(files);
    if (dice.one_in(2)) {
      ASSERT_TRUE(trees.writer.offer_spare(old, shown, {}));
    }
    if (dice.one_in(4)) {
      ASSERT_TRUE(trees.writer.tidy({}));
    }
    if (dice.one_in(8)) {
      ASSERT_TRUE(trees.writer.recover({}));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, TreeHistoryTest, testing::Range(0U, 24U));

}  // namespace
}  // namespace gitsync::tree
