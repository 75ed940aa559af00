// SPDX-License-Identifier: Apache-2.0
#include "tree/spare_stripper.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "tree/entry_path.h"
#include "tree/file_maker.h"
#include "util/entry_stream.h"
#include "util/paths.h"
#include "util/remove_tree.h"

namespace gitsync::tree {

using util::Result;

SpareStripper::SpareStripper(const util::Folder& folder, OldTree old, ManifestReader shown,
                             ManifestWriter& out, const util::Limit& limit)
    : folder_(folder),
      records_(std::move(old.manifest)),
      shown_(std::move(shown)),
      way_(std::move(old.top)),
      out_(out),
      limit_(limit) {}

Result<void> SpareStripper::run() {
  constexpr std::size_t kStepsBetweenChecks = 64;
  while (const Record* record = records_.peek()) {
    if (steps_++ % kStepsBetweenChecks == 0) GS_TRY_VOID(limit_.check());
    GS_TRY_VOID(record->is_directory ? leave(*record) : look_at(*record));
    GS_TRY_VOID(records_.next());
  }
  return {};
}

// Down only: a folder is left where the manifest says so.
void SpareStripper::go_to(std::string_view folder) {
  while (path_.size() < folder.size()) {
    const std::size_t begin = path_.empty() ? 0 : path_.size() + 1;
    const std::size_t slash = std::min(folder.find('/', begin), folder.size());
    levels_.push_back({.name = std::string(folder.substr(begin, slash - begin))});
    path_ = folder.substr(0, slash);
  }
}

Result<void> SpareStripper::look_at(const Record& record) {
  go_to(folder_of(record.path));
  GS_TRY(const bool shared, is_shared(record));
  if (!shared) {
    remove(record);
    return {};
  }
  if (way_.follow(levels_) < 0) return {};  // somebody has taken the folder away
  levels_.back().kept.append(util::base_name(record.path)).push_back('\0');
  return out_.add(record.path, record.entry, record.stat);
}

// Whether the published tree has this very file, so that it costs nothing here.
Result<bool> SpareStripper::is_shared(const Record& record) {
  const Record* other = shown_.peek();
  while (other != nullptr && (other->is_directory || other->path < record.path)) {
    GS_TRY_VOID(shown_.next());
    other = shown_.peek();
  }
  return other != nullptr && other->path == record.path && other->entry == record.entry &&
         is_same_file(other->stat, record.stat);
}

void SpareStripper::remove(const Record& record) {
  levels_.back().stripped = true;
  const int folder = way_.follow(levels_);
  if (folder < 0) return;
  const std::string name(util::base_name(record.path));
  const int flags = record.entry.kind == FileKind::kFolder ? AT_REMOVEDIR : 0;
  // What stays is met as a stranger by the build that reads the folder.
  [[maybe_unused]] const int ignored = ::unlinkat(folder, name.c_str(), flags);
}

Result<void> SpareStripper::leave(const Record& record) {
  const int folder = way_.follow(levels_);
  const bool is_there = folder >= 0;
  const std::size_t depth = levels_.size() - 1;
  const bool is_in_use = is_there && !levels_.back().kept.empty();
  const bool has_strangers = is_in_use && !has_same_entries(way_.way().stat(), record.stat);
  if (has_strangers) remove_strangers(folder);
  if (is_in_use || depth == 0) {
    auto stat = is_there ? stat_entry(folder, ".") : std::nullopt;
    if (!stat) return util::fail(util::sys_error("stat a folder of the spare"));
    // What came into it in the same tick of the clock would not show: it is to be read.
    if (has_strangers || levels_.back().stripped) stat->changed = {};
    GS_TRY_VOID(out_.add_directory(record.path, *stat));
  }
  if (depth == 0) return {};
  const Level left = std::move(levels_.back());
  levels_.pop_back();
  path_ = std::string(folder_of(path_));
  way_.leave(depth);
  if (is_in_use) {
    levels_.back().kept.append(left.name).push_back('\0');
    return {};
  }
  levels_.back().stripped = true;
  const auto holder = folder_.open_beneath(path_);  // not if the path is too long
  // Whatever it is now: somebody may have moved the folder away.
  if (holder) [[maybe_unused]]
    const auto removed = util::remove_tree(*holder, left.name, {.limit = limit_});
  return {};
}

void SpareStripper::remove_strangers(int folder) {
  std::vector<std::string_view> kept;
  const std::string& names = levels_.back().kept;
  for (std::size_t at = 0; at < names.size(); at = names.find('\0', at) + 1) {
    kept.push_back(std::string_view(names).substr(at, names.find('\0', at) - at));
  }
  std::ranges::sort(kept);
  const auto here = folder_.open_beneath(path_);  // not if the path is too long
  util::Fd fd(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!here || !fd) return;
  util::EntryStream entries(std::move(fd));
  while (true) {
    const auto next = entries.next();
    const auto name = next ? next->value_or("") : "";
    if (name.empty()) return;
    if (std::ranges::binary_search(kept, name)) continue;
    // What cannot be removed is met again by the build, which reads this folder.
    [[maybe_unused]] const auto removed = util::remove_tree(*here, name, {.limit = limit_});
  }
}

}  // namespace gitsync::tree
