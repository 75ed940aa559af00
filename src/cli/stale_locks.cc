// SPDX-License-Identifier: Apache-2.0
#include "cli/stale_locks.h"

#include <string_view>
#include <vector>

#include "util/folder.h"

namespace gitsync::cli {
namespace {

// Deeper than any repository lies in another one's .git/modules.
constexpr std::size_t kMaxDepth = 256;

// Unfinished packs can fill a disk. No ref's name may end in .lock, and no object's begins with
// tmp_.
bool is_left_behind(std::string_view directory, std::string_view name) {
  if (name.ends_with(".lock") || name == "gc.pid") return true;
  if (!name.starts_with("tmp_") && !name.starts_with(".tmp-")) return false;
  const auto has = [&](std::string_view part) {
    return directory.find(part) != std::string_view::npos;
  };
  return (has("/objects/") || directory.ends_with("/objects")) && !has("/refs/") && !has("/logs/");
}

class Walk {
 public:
  explicit Walk(const log::Logger& logger) : log_(logger) {}

  // Everywhere, since those of worktrees and their submodules lie deep.
  void visit(const util::Folder& folder, std::size_t depth) {
    std::vector<std::string> below;
    [[maybe_unused]] const auto listed = folder.for_each_entry([&](std::string_view name) {
      const auto info = folder.info(name);
      if (info && info->kind == util::EntryKind::kDirectory) below.emplace_back(name);
      if (info && info->kind == util::EntryKind::kFile) remove_if_stale(folder, name);
      return util::Walk::kGoOn;
    });
    if (depth == kMaxDepth) return;
    for (const auto& name : below) {
      if (const auto next = folder.open_beneath(name)) visit(*next, depth + 1);
    }
  }

 private:
  void remove_if_stale(const util::Folder& folder, std::string_view name) {
    if (!is_left_behind(folder.path(), name) || !folder.remove_file(name)) return;
    log_.info(0, "removed what a dead git process left", {{"path", folder.path_of(name)}});
  }

  const log::Logger& log_;
};

}  // namespace

void remove_stale_locks(const std::string& root, const log::Logger& logger) {
  const auto folder = util::Folder::open(root);
  if (!folder) return;
  if (const auto store = folder->open_beneath(".git")) Walk(logger).visit(*store, 0);
}

}  // namespace gitsync::cli
