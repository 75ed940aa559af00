// SPDX-License-Identifier: Apache-2.0
// The files; tree_builder_levels.cc has the folders.
#include "tree/tree_builder.h"

#include <algorithm>
#include <utility>

#include "tree/entry_path.h"
#include "util/paths.h"

namespace gitsync::tree {

using util::Result;

namespace {

constexpr std::size_t kStepsBetweenChecks = 64;

}  // namespace

TreeBuilder::TreeBuilder(BuildParts parts)
    : parts_(std::move(parts)),
      records_(parts_.manifest, parts_.pool),
      custom_(Custom::of(parts_.target.stat())) {
  levels_.push_back({.name = "", .path_size = 0, .made = true});
  if (parts_.base) base_.emplace(std::move(parts_.base->top));
  if (parts_.spare) {
    ahead_ = LookAhead::into(*parts_.spare, parts_.pool);
    spare_.emplace(std::move(parts_.spare->top));
    spare_files_.emplace(std::move(parts_.spare->manifest),
                         [this](std::string_view path) { note_extra(path); });
  }
}

Result<void> TreeBuilder::run() {
  GS_TRY_VOID(parts_.contents.for_each_change(
      parts_.from, [this](const Change& change) { return take(change); }, parts_.limit));
  GS_TRY_VOID(keep_before(std::nullopt));
  return leave_all();
}

Result<void> TreeBuilder::take(const Change& change) {
  GS_TRY_VOID(check(change));
  last_change_ = change.path;
  changing_ = true;
  GS_TRY_VOID(keep_before(last_change_));
  GS_TRY_VOID(pass_old(change));
  changing_ = false;
  return change.after ? put(last_change_, *change.after, nullptr) : Result<void>{};
}

Result<void> TreeBuilder::check(const Change& change) const {
  GS_TRY_VOID(check_entry_path(change.path));
  const auto refuse = [&](const char* why) {
    return util::fail(util::ErrorKind::kProtocol,
                      "path " + printable_path(change.path) + " " + why);
  };
  if (change.path <= last_change_) return refuse("is out of order");
  GS_TRY_VOID(check_first_name(change.path, parts_.own_names));
  if (change.after && change.after->content_id.size() > kMostIdBytes) {
    return refuse("has an identity that is too long");
  }
  return {};
}

// Puts what did not change in its place, as far as it comes before `path`, or all the rest.
Result<void> TreeBuilder::keep_before(std::optional<std::string_view> path) {
  if (!parts_.base) return {};
  auto& old = parts_.base->manifest;
  while (const Record* record = old.peek()) {
    if (!record->is_directory) {
      if (path && record->path >= *path) return {};
      GS_TRY_VOID(put(record->path, record->entry, &record->stat));
    }
    GS_TRY_VOID(next_of_base());
  }
  return {};
}

// Leaves out what the change replaces, or removes.
Result<void> TreeBuilder::pass_old(const Change& change) {
  if (!parts_.base) return {};
  const Record* record = parts_.base->manifest.peek();
  const bool is_there = record != nullptr && !record->is_directory && record->path == change.path;
  const bool is_equal = is_there ? change.before == record->entry : !change.before;
  if (!is_equal) {
    return blame(Blame::kBase, {.kind = util::ErrorKind::kCorrupt,
                                .message = "the manifest of the old tree has another " +
                                           printable_path(change.path)});
  }
  return is_there ? next_of_base() : Result<void>{};
}

Result<void> TreeBuilder::next_of_base() {
  if (!parts_.base) return {};
  auto next = parts_.base->manifest.next();
  if (!next) return blame(Blame::kBase, std::move(next).error());
  return {};
}

std::unexpected<util::Error> TreeBuilder::blame(Blame blame, util::Error error) {
  blame_ = blame;
  return util::fail(std::move(error));
}

Result<void> TreeBuilder::check_limit() {
  return steps_++ % kStepsBetweenChecks == 0 ? parts_.limit.check() : Result<void>{};
}

// `kept`: what the file was when the base was made; null if it changed.
Result<void> TreeBuilder::put(std::string_view path, const FileEntry& entry, const FileStat* kept) {
  GS_TRY_VOID(check_limit());
  GS_TRY_VOID(go_to(folder_of(path), path));
  last_put_ = path;
  const std::string name(util::base_name(path));
  const Spot spot{.folder = -1, .name = name, .path = path};
  if (kept != nullptr) {
    GS_TRY(const bool moved, take_from_spare(spot, entry));
    if (moved) return {};
  }
  GS_TRY_VOID(make_levels());
  const Spot here{.folder = parts_.target.fd(), .name = name, .path = path};
  if (kept != nullptr) {
    GS_TRY(const bool taken, put_from_base(here, entry, *kept));
    if (taken) return {};
  }
  ++counts_.written;
  const auto* const early = parts_.early != nullptr ? parts_.early->find(path) : nullptr;
  return early != nullptr ? records_.add(path, entry, *early) : write(here, entry);
}

Result<void> TreeBuilder::write(const Spot& spot, const FileEntry& entry) {
  if (parts_.pool.is_wide()) return write_later(spot, entry);
  GS_TRY(const auto stat, parts_.maker.write(spot, entry, parts_.contents));
  return records_.add(spot.path, entry, stat);
}

Result<bool> TreeBuilder::put_from_base(const Spot& spot, const FileEntry& entry,
                                        const FileStat& kept) {
  if (parts_.pool.is_wide()) return take_later(spot, entry, kept);
  GS_TRY(const auto stat, take_from_base(spot, entry, kept));
  if (!stat) return false;
  GS_TRY_VOID(records_.add(spot.path, entry, *stat));
  return true;
}

Result<bool> TreeBuilder::take_from_spare(const Spot& spot, const FileEntry& entry) {
  if (!spare_ || !spare_files_) return false;
  if (ahead_) GS_TRY_VOID(ahead_->go_to(spot.path));
  const auto found = spare_files_->find(spot.path);
  if (!found) return blame(Blame::kSpare, found.error());
  const Record* recorded = *found;
  if (recorded == nullptr || recorded->entry != entry || entry.kind == FileKind::kFolder ||
      !is_like_new(recorded->stat, custom_)) {
    return false;
  }
  const int folder = spare_->follow(levels_);
  if (folder < 0) return false;
  const auto now = stat_entry(folder, spot.name);
  if (!now || !is_same_file(*now, recorded->stat)) return false;
  if (levels_.back().made) {
    GS_TRY_VOID(move(folder, spot.name));
    ++counts_.moved;
  } else {
    levels_.back().pending.append(spot.name).push_back('\0');
  }
  GS_TRY_VOID(records_.add(spot.path, entry, *now));
  return true;
}

Result<std::optional<FileStat>> TreeBuilder::take_from_base(const Spot& spot,
                                                            const FileEntry& entry,
                                                            const FileStat& kept) {
  if (!base_) return std::nullopt;
  const int folder = base_->follow(levels_);
  if (folder < 0) return std::nullopt;
  GS_TRY(const auto stat, parts_.maker.take(folder, spot, entry, kept));
  if (stat) ++counts_.taken;
  return stat;
}

}  // namespace gitsync::tree
