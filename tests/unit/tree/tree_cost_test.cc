// SPDX-License-Identifier: Apache-2.0
// What trees cost, to be read by people; nothing is asserted about time. Run it with
// --gtest_also_run_disabled_tests, and TREE_COST_ROOT for a folder on another file system.
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include "support/written_trees.h"

namespace gitsync::tree {
namespace {

using test::MemoryTree;
using test::revision_of;

constexpr int kFolders = 2500;
constexpr int kFiles = 30000;

std::string path_of(int file) {
  const int folder = file % kFolders;
  return "top" + std::to_string(folder % 10) + "/middle" + std::to_string(folder / 10 % 25) +
         "/folder" + std::to_string(folder) + "/file" + std::to_string(file) + ".py";
}

MemoryTree large_tree() {
  MemoryTree tree;
  for (int i = 0; i < kFiles; ++i) {
    tree[path_of(i)] = {.kind = FileKind::kRegular,
                        .content = std::string(5000, static_cast<char>('a' + i % 26))};
  }
  return tree;
}

double cpu_ms() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto ms = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
  };
  return ms(used.ru_utime) + ms(used.ru_stime);
}

// A value of /proc/self/status in KiB.
long status_kib(const std::string& key) {
  std::ifstream in("/proc/self/status");
  for (std::string line; std::getline(in, line);) {
    if (line.starts_with(key + ":")) return std::stol(line.substr(key.size() + 1));
  }
  return 0;
}

template <typename Work>
void measure(const char* what, const Work& work) {
  std::ofstream("/proc/self/clear_refs") << 5;  // the peak begins anew
  const long before = status_kib("VmHWM");
  const auto start = std::chrono::steady_clock::now();
  const double cpu = cpu_ms();
  work();
  const std::chrono::duration<double, std::milli> wall = std::chrono::steady_clock::now() - start;
  std::printf("%-40s %8.1f ms CPU %8.1f ms wall %6ld KiB more\n", what, cpu_ms() - cpu,
              wall.count(), status_kib("VmHWM") - before);
}

TEST(TreeCost, DISABLED_ThirtyThousandFilesInTwentyFiveHundredFolders) {
  const char* root = std::getenv("TREE_COST_ROOT");
  test::WrittenTrees trees(Sharing::kHardLinks, root != nullptr ? root : "");
  MemoryTree files = large_tree();
  trees.set(0, files);
  Published shown;
  const auto build = [&](std::size_t number, const Published* base) {
    const auto built = trees.build(number, base);
    ASSERT_TRUE(built) << built.error().message;
    shown = *built;
  };
  measure("first tree", [&] { build(0, nullptr); });
  for (std::size_t number = 1; number <= 5; ++number) {
    files[path_of(static_cast<int>(number) * 1000)].content = std::to_string(number);
    trees.set(number, files);
    const Published old = shown;
    if (number == 2) {
      measure("prepare the spare", [&] { ASSERT_TRUE(trees.writer.prepare_spare(shown, {})); });
    }
    const std::string what = number == 1 ? "one file changed, no spare" : "one file changed, spare";
    auto contents = trees.contents(number);
    measure("the difference, in memory", [&] {
      const auto visit = [](const Change&) -> util::Result<void> { return {}; };
      ASSERT_TRUE(contents.for_each_change(&*old.revision, visit, {}));
    });
    measure((what + ", with that").c_str(), [&] { build(number, &old); });
    std::printf("  written %lu taken %lu moved %lu folders %lu\n", trees.counts.written,
                trees.counts.taken, trees.counts.moved, trees.counts.moved_folders);
    if (number == 1) continue;
    measure("tidy", [&] { ASSERT_TRUE(trees.writer.tidy({})); });
    measure("retired tree becomes the spare", [&] {
      const auto taken = trees.writer.offer_spare(old, shown, {});
      ASSERT_TRUE(taken && *taken);
    });
  }
}

}  // namespace
}  // namespace gitsync::tree
