// SPDX-License-Identifier: Apache-2.0
// The folders of a build: entered, made if need be, or moved whole out of the spare.
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "tree/entry_path.h"
#include "tree/tree_builder.h"
#include "util/entry_stream.h"

namespace gitsync::tree {

using util::Result;

namespace {

// Calls `visit` with each name of a Level::pending, which it can use as a C string.
template <typename Visit>
void for_each_name(const std::string& pending, const Visit& visit) {
  for (std::size_t at = 0; at < pending.size();) {
    const auto end = pending.find('\0', at);
    visit(std::string_view(pending).substr(at, end - at));
    at = end + 1;
  }
}

}  // namespace

// `path`: the file in it that is to be put.
Result<void> TreeBuilder::go_to(std::string_view folder, std::string_view path) {
  while (path_ != folder && !is_below(folder, path_)) GS_TRY_VOID(leave());
  // What last_put_ and `path` begin with alike.
  const auto [end, ignored] = std::ranges::mismatch(last_put_, path);
  const auto alike = static_cast<std::size_t>(end - last_put_.begin());
  while (!files_on_way_.empty() && files_on_way_.back() > alike) files_on_way_.pop_back();
  while (path_.size() < folder.size()) {
    const std::size_t begin = path_.empty() ? 0 : path_.size() + 1;
    const std::size_t slash = std::min(folder.find('/', begin), folder.size());
    GS_TRY_VOID(enter(folder.substr(begin, slash - begin), folder.substr(0, slash)));
  }
  files_on_way_.push_back(path.size());
  return {};
}

// Names in the way of folders are found here and not by EEXIST alone, since rename(2) replaces.
bool TreeBuilder::in_the_way_of_a_folder(std::string_view path) {
  return std::ranges::binary_search(files_on_way_, path.size());
}

Result<void> TreeBuilder::enter(std::string_view name, std::string_view path) {
  if (in_the_way_of_a_folder(path)) {
    return util::fail(util::ErrorKind::kProtocol,
                      "path " + printable_path(path) + " is a file and a folder");
  }
  levels_.push_back({.name = std::string(name), .path_size = path.size()});
  path_ = path;
  // A change in it is ahead, so that it cannot be moved whole.
  if (changing_ && is_below(last_change_, path_)) return make_levels();
  return {};
}

// Makes the folders down to the deepest level that are not made yet.
Result<void> TreeBuilder::make_levels() {
  for (std::size_t depth = parts_.target.depth() + 1; depth < levels_.size(); ++depth) {
    Level& level = levels_[depth];
    auto made = make_level(level.name);
    if (!made) {
      const auto path = std::string_view(path_).substr(0, level.path_size);
      return util::fail(std::move(made).error().with_context("folder " + printable_path(path)));
    }
    level.made = true;
    GS_TRY_VOID(move_pending(depth));
  }
  return {};
}

// It may be there already if files came early.
Result<void> TreeBuilder::make_level(const std::string& name) {
  if (parts_.early != nullptr) {
    const auto entered = parts_.target.enter(name);
    if (entered || entered.error().sys_errno != ENOENT) return entered;
  }
  return parts_.target.make(name);
}

Result<void> TreeBuilder::move_pending(std::size_t depth) {
  const std::string pending = std::exchange(levels_[depth].pending, {});
  if (pending.empty()) return {};
  GS_TRY(const auto place, spare_folder(depth));
  Result<void> moved;
  for_each_name(pending, [&](std::string_view name) {
    if (moved) moved = move(place.fd, std::string(name));
    ++counts_.moved;
  });
  return moved;
}

// The spare's folder of a level that is not made, or that something was found in.
Result<Way::Place> TreeBuilder::spare_folder(std::size_t depth) {
  Result<Way::Place> place =
      spare_ ? spare_->way().at(depth) : util::fail(util::ErrorKind::kLocal, "there is no spare");
  if (!place) return blame(Blame::kSpare, std::move(place).error());
  return place;
}

// Into the deepest folder that is made.
Result<void> TreeBuilder::move(int from, const std::string& name) {
  if (::renameat(from, name.c_str(), parts_.target.fd(), name.c_str()) == 0) return {};
  return blame(Blame::kSpare,
               util::sys_error("move " + printable_path(name) + " out of the spare"));
}

Result<void> TreeBuilder::leave_all() {
  while (levels_.size() > 1) GS_TRY_VOID(leave());
  GS_TRY_VOID(records_.finish());
  const auto top = stat_entry(parts_.target.fd(), ".");
  if (!top) return util::fail(util::sys_error("stat the new tree"));
  return records_.add_directory("", *top);
}

// Leaves the deepest level upwards, with all in it in its place.
Result<void> TreeBuilder::leave() {
  std::optional<FileStat> recorded;
  if (spare_files_) {
    const auto left = spare_files_->leave(path_);
    if (!left) return blame(Blame::kSpare, left.error());
    recorded = *left;
  }
  const auto whole = levels_.back().made ? std::nullopt : whole_folder(recorded);
  if (whole) {
    GS_TRY_VOID(hand_over_whole(*whole));
  } else {
    GS_TRY_VOID(make_levels());
    GS_TRY_VOID(add_left_folder());
    GS_TRY_VOID(parts_.target.leave_to(levels_.size() - 2));
  }
  const std::size_t depth = levels_.size() - 1;
  if (base_) base_->leave(depth);
  if (spare_) spare_->leave(depth);
  levels_.pop_back();
  path_.resize(levels_.back().path_size);
  return {};
}

// What the spare's folder is, if all of it and nothing else is to be in the new tree. All files
// that were put into the deepest level are pending, or it would be made.
std::optional<FileStat> TreeBuilder::whole_folder(const std::optional<FileStat>& recorded) {
  if (!spare_ || !recorded || levels_.back().has_extra) return std::nullopt;
  const int folder = spare_->follow(levels_);
  const auto now = folder < 0 ? std::nullopt : stat_entry(folder, ".");
  if (!now || !is_same_directory(*now, *recorded) || !is_like_new(*now, custom_)) {
    return std::nullopt;
  }
  // Unless an entry came or went, there is no need to read it.
  if (has_same_entries(*now, *recorded) || has_only_pending(folder)) return now;
  return std::nullopt;
}

bool TreeBuilder::has_only_pending(int folder) const {
  std::vector<std::string_view> names;
  for_each_name(levels_.back().pending, [&](std::string_view name) { names.push_back(name); });
  std::ranges::sort(names);
  util::Fd fd(::openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return false;
  util::EntryStream entries(std::move(fd));
  while (true) {
    const auto name = entries.next();
    if (!name) return false;
    const auto entry = name->value_or("");
    if (entry.empty()) return true;
    if (!std::ranges::binary_search(names, entry)) return false;
  }
}

// The deepest level as one entry of the folder above.
Result<void> TreeBuilder::hand_over_whole(const FileStat& stat) {
  const Level& level = levels_.back();
  Level& above = levels_[levels_.size() - 2];
  if (!above.made) {
    above.pending.append(level.name).push_back('\0');
    return records_.add_directory(path_, stat);
  }
  GS_TRY(const auto place, spare_folder(levels_.size() - 2));
  GS_TRY_VOID(move(place.fd, level.name));
  ++counts_.moved_folders;
  // The move changed its ctime.
  const auto moved = stat_entry(parts_.target.fd(), level.name);
  return records_.add_directory(path_, moved.value_or(stat));
}

void TreeBuilder::note_extra(std::string_view path) {
  for (std::size_t i = levels_.size(); i-- > 0;) {
    const auto folder = std::string_view(path_).substr(0, levels_[i].path_size);
    if (!is_below(path, folder)) continue;
    levels_[i].has_extra = true;
    return;
  }
}

}  // namespace gitsync::tree
