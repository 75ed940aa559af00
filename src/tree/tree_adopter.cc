// SPDX-License-Identifier: Apache-2.0
#include "tree/tree_adopter.h"

#include <algorithm>
#include <utility>

#include "tree/entry_path.h"
#include "tree/file_maker.h"
#include "util/paths.h"

namespace gitsync::tree {

using util::Result;

TreeAdopter::TreeAdopter(Way tree, IsVerified is_verified, ManifestWriter& out)
    : way_(std::move(tree)), is_verified_(std::move(is_verified)), out_(out) {}

Result<void> TreeAdopter::run(TreeContents& contents, const util::Limit& limit) {
  const auto visit = [&](const Change& change) -> Result<void> {
    GS_TRY_VOID(limit.check());
    return add(change);
  };
  GS_TRY_VOID(contents.for_each_change(nullptr, visit, limit));
  while (levels_.size() > 1) GS_TRY_VOID(leave());
  return leave();
}

Result<void> TreeAdopter::add(const Change& change) {
  GS_TRY_VOID(check_entry_path(change.path));
  if (!change.after || change.path <= last_path_ ||
      change.after->content_id.size() > kMostIdBytes) {
    return util::fail(util::ErrorKind::kProtocol,
                      "path " + printable_path(change.path) + " is not listed as it should be");
  }
  last_path_ = change.path;
  GS_TRY_VOID(go_to(folder_of(change.path)));
  return out_.add(change.path, *change.after, look_at(change.path, *change.after));
}

// All zero, which no file is, unless it is certain.
FileStat TreeAdopter::look_at(std::string_view path, const FileEntry& entry) {
  const int folder = way_.follow(levels_);
  if (folder < 0) return {};
  const auto now = stat_entry(folder, std::string(util::base_name(path)));
  const bool certain = now && is_of_kind(now->mode, entry.kind) && is_verified_(path, entry, *now);
  return certain ? *now : FileStat{};
}

Result<void> TreeAdopter::go_to(std::string_view folder) {
  while (path_ != folder && !is_below(folder, path_)) GS_TRY_VOID(leave());
  while (path_.size() < folder.size()) {
    const std::size_t begin = path_.empty() ? 0 : path_.size() + 1;
    const std::size_t slash = std::min(folder.find('/', begin), folder.size());
    levels_.push_back({std::string(folder.substr(begin, slash - begin))});
    path_ = folder.substr(0, slash);
  }
  return {};
}

// A directory is recorded as one that has changed since: nobody knows what else is in it.
Result<void> TreeAdopter::leave() {
  const bool is_there = way_.follow(levels_) >= 0;
  FileStat stat = is_there ? way_.way().stat() : FileStat{};
  stat.changed = {};
  GS_TRY_VOID(out_.add_directory(path_, stat));
  const std::size_t depth = levels_.size() - 1;
  if (depth == 0) return {};
  way_.leave(depth);
  levels_.pop_back();
  path_ = std::string(folder_of(path_));
  return {};
}

}  // namespace gitsync::tree
