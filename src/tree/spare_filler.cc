// SPDX-License-Identifier: Apache-2.0
#include "tree/spare_filler.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "tree/entry_path.h"
#include "util/paths.h"

namespace gitsync::tree {

using util::Result;

SpareFiller::SpareFiller(Way target, OldTree shown, ManifestWriter& out, const util::Limit& limit)
    : target_(std::move(target)),
      records_(std::move(shown.manifest)),
      shown_(std::move(shown.top)),
      out_(out),
      limit_(limit),
      maker_(Sharing::kHardLinks, Custom::of(target_.stat()), limit) {}

Result<void> SpareFiller::run() {
  constexpr std::size_t kStepsBetweenChecks = 64;
  while (const Record* record = records_.peek()) {
    if (steps_++ % kStepsBetweenChecks == 0) GS_TRY_VOID(limit_.check());
    GS_TRY_VOID(record->is_directory ? leave(*record) : add(*record));
    GS_TRY_VOID(records_.next());
  }
  return {};
}

// Down only: a folder is left where the manifest says so.
void SpareFiller::go_to(std::string_view folder) {
  while (path_.size() < folder.size()) {
    const std::size_t begin = path_.empty() ? 0 : path_.size() + 1;
    const std::size_t slash = std::min(folder.find('/', begin), folder.size());
    levels_.push_back({.name = std::string(folder.substr(begin, slash - begin))});
    path_ = folder.substr(0, slash);
  }
}

Result<void> SpareFiller::add(const Record& record) {
  const std::string name(util::base_name(record.path));
  go_to(folder_of(record.path));
  if (record.entry.kind == FileKind::kFolder) return {};
  const int from = shown_.follow(levels_);
  if (from < 0) return {};
  while (target_.depth() + 1 < levels_.size()) {
    GS_TRY_VOID(target_.make(levels_[target_.depth() + 1].name));
  }
  const Spot spot{.folder = target_.fd(), .name = name, .path = record.path};
  const auto stat = maker_.link(from, spot, record.stat);
  if (!stat) return {};
  levels_.back().filled = true;
  return out_.add(record.path, record.entry, *stat);
}

Result<void> SpareFiller::leave(const Record& record) {
  if (target_.depth() + 1 == levels_.size()) GS_TRY_VOID(finish_folder(record.path));
  const std::size_t depth = levels_.size() - 1;
  if (depth == 0) return {};
  shown_.leave(depth);
  path_ = std::string(folder_of(path_));
  levels_.pop_back();
  return {};
}

// The deepest level, which was made.
Result<void> SpareFiller::finish_folder(std::string_view path) {
  const auto stat = stat_entry(target_.fd(), ".");
  if (!stat) return util::fail(util::sys_error("stat a folder of the spare"));
  const std::size_t depth = target_.depth();
  if (depth == 0) return out_.add_directory(path, *stat);
  GS_TRY_VOID(target_.leave_to(depth - 1));
  const Level& level = levels_[depth];
  if (level.filled) {
    levels_[depth - 1].filled = true;
    return out_.add_directory(path, *stat);
  }
  // An empty folder is nobody's.
  if (::unlinkat(target_.fd(), level.name.c_str(), AT_REMOVEDIR) == 0) return {};
  return util::fail(util::sys_error("remove an empty folder of the spare"));
}

}  // namespace gitsync::tree
