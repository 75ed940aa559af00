// SPDX-License-Identifier: Apache-2.0
#include "tree/early_files.h"

#include <fcntl.h>
#include <linux/limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <utility>

#include "tree/entry_path.h"
#include "tree/file_maker.h"
#include "util/descriptor_io.h"
#include "util/fd.h"
#include "util/open_beneath.h"
#include "util/paths.h"
#include "util/text.h"

namespace gitsync::tree {

using util::Result;

namespace {

constexpr int kNewFile = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
constexpr std::size_t kSmall = std::size_t{256} << 10;  // bytes

constexpr std::size_t kMostHeld = std::size_t{4} << 20;  // bytes

// The folder of `path` that is `depth` levels below the top; empty if it is not so deep.
std::string_view folder_at(std::string_view path, std::size_t depth) {
  std::size_t end = 0;
  for (; depth > 0; --depth) {
    end = path.find('/', end == 0 ? 0 : end + 1);
    if (end == std::string_view::npos) return {};
  }
  return path.substr(0, end);
}

}  // namespace

Result<void> EarlyFiles::list(TreeContents& contents, const std::vector<std::string>& own_names,
                              const util::Limit& limit) {
  const auto add = [&](const Change& change) -> Result<void> {
    if (!change.after) return {};
    GS_TRY_VOID(check_entry_path(change.path));
    GS_TRY_VOID(check_first_name(change.path, own_names));
    this->add(change.path, *change.after);
    return limit.check();
  };
  GS_TRY_VOID(contents.for_each_change(nullptr, add, limit));
  sort();
  listed_ = true;
  GS_TRY_VOID(pool_.finish());
  GS_TRY_VOID(make_folders());
  return put_all_in_place();
}

// Level by level, since a folder is made in the one above it. Those that hold nothing but symlinks,
// or have a path that is too long for the kernel, are left to the build.
Result<void> EarlyFiles::make_folders() {
  bool made = true;
  for (std::size_t depth = 1; made; ++depth) {
    made = false;
    std::string_view last;
    for (std::size_t i = 0; i < files_.size(); ++i) {
      const auto folder = folder_at(path_of(i), depth);
      if (folder.empty() || folder == last || folder.size() >= PATH_MAX) continue;
      last = folder;
      made = true;
      const WritePool::Load load{.folder = std::hash<std::string_view>{}(folder_of(folder))};
      GS_TRY_VOID(
          pool_.add(load, [this, path = std::string(folder)] { return make_folder(path); }));
    }
    GS_TRY_VOID(pool_.finish());
  }
  return {};
}

Result<void> EarlyFiles::make_folder(const std::string& path) {
  GS_TRY(const auto parent, open_folder(std::string(folder_of(path))));
  const std::string name(util::base_name(path));
  if (::mkdirat(parent->get(), name.c_str(), 0777) == 0 || errno == EEXIST) return {};
  return util::fail(util::sys_error("make folder " + printable_path(path)));
}

Result<void> EarlyFiles::put_all_in_place() {
  for (const auto& [id, bytes] : std::exchange(held_, {})) GS_TRY_VOID(write(id, bytes));
  for (const auto& id : came_) {
    for (const std::uint32_t index : files_with(id)) begun_[index] = true;
    GS_TRY_VOID(pool_.add({}, [this, id] { return put_in_place(id); }));
  }
  came_ = {};
  // Who calls removes the folder in which they wait.
  return pool_.finish();
}

// One that cannot be written early is written later.
void EarlyFiles::add(std::string_view path, const FileEntry& entry) {
  if (files_.empty()) id_size_ = entry.content_id.size();
  constexpr std::size_t kMostPaths = std::numeric_limits<std::uint32_t>::max();
  const bool is_file = entry.kind == FileKind::kRegular || entry.kind == FileKind::kExecutable;
  if (!is_file || entry.content_id.size() != id_size_ || path.size() > kMostPaths - paths_.size()) {
    return;
  }
  paths_ += path;
  ids_ += entry.content_id;
  files_.push_back({.path_end = static_cast<std::uint32_t>(paths_.size()), .kind = entry.kind});
}

void EarlyFiles::sort() {
  stats_.resize(files_.size());
  begun_.resize(files_.size());
  by_id_.resize(files_.size());
  for (std::uint32_t i = 0; i < by_id_.size(); ++i) by_id_[i] = i;
  std::ranges::sort(by_id_, {}, [this](std::uint32_t index) { return id_of(index); });
}

std::string_view EarlyFiles::path_of(std::size_t index) const {
  const std::size_t begin = index == 0 ? 0 : files_[index - 1].path_end;
  return std::string_view(paths_).substr(begin, files_[index].path_end - begin);
}

std::string_view EarlyFiles::id_of(std::size_t index) const {
  return std::string_view(ids_).substr(index * id_size_, id_size_);
}

std::ranges::subrange<std::vector<std::uint32_t>::const_iterator> EarlyFiles::files_with(
    std::string_view content_id) const {
  return std::ranges::equal_range(by_id_, content_id, {},
                                  [this](std::uint32_t index) { return id_of(index); });
}

Result<void> EarlyFiles::write(std::string_view content_id, std::string_view bytes) {
  if (!listed_) return keep_waiting(content_id, bytes);
  std::vector<std::uint32_t> indexes;
  for (const std::uint32_t index : files_with(content_id)) {
    if (!begun_[index]) indexes.push_back(index);
    begun_[index] = true;
  }
  if (indexes.empty()) return {};
  // What is large has few round trips for its bytes, and no place in memory.
  if (!pool_.is_wide() || bytes.size() > kSmall) return write_all(indexes, bytes);
  const auto folder = std::hash<std::string_view>{}(folder_of(path_of(indexes.front())));
  const WritePool::Load load{.bytes = bytes.size(), .folder = folder};
  return pool_.add(
      load, [this, indexes, content = std::string(bytes)] { return write_all(indexes, content); });
}

// In memory, while there is room and several threads write: on a network volume a file that waits
// costs as much as one in its place, and renames between folders are made one after the other.
Result<void> EarlyFiles::keep_waiting(std::string_view content_id, std::string_view bytes) {
  if (came_.contains(content_id) || held_.contains(content_id)) return {};
  if (pool_.is_wide() && bytes.size() <= kMostHeld - held_bytes_) {
    held_.emplace(content_id, bytes);
    held_bytes_ += bytes.size();
    return {};
  }
  came_.emplace(content_id);
  const std::string name = util::to_hex(content_id);
  if (!pool_.is_wide() || bytes.size() > kSmall) return write_waiting(name, bytes);
  return pool_.add({.bytes = bytes.size()}, [this, name, content = std::string(bytes)] {
    return write_waiting(name, content);
  });
}

Result<void> EarlyFiles::write_waiting(const std::string& name, std::string_view bytes) const {
  const util::Fd fd(::openat(waiting_.fd(), name.c_str(), kNewFile, 0666));
  if (!fd) return util::fail(util::sys_error("create " + waiting_.path_of(name)));
  return util::write_all(fd.get(), bytes, waiting_.path_of(name));
}

Result<void> EarlyFiles::write_all(const std::vector<std::uint32_t>& indexes,
                                   std::string_view bytes) {
  for (const std::uint32_t index : indexes) GS_TRY_VOID(write_one(index, bytes));
  return {};
}

// The file that waits becomes one of those that have its content; the others are written.
Result<void> EarlyFiles::put_in_place(const std::string& content_id) {
  const auto files = files_with(content_id);
  const std::string name = util::to_hex(content_id);
  if (files.empty()) return waiting_.remove_file(name);
  const bool is_enough = files.size() == 1 && files_[files.front()].kind == FileKind::kRegular;
  if (is_enough) return move_in(name, files.front());
  GS_TRY(const auto bytes, waiting_.read_file(name));
  for (const std::uint32_t index : files) GS_TRY_VOID(write_one(index, bytes));
  return waiting_.remove_file(name);
}

Result<void> EarlyFiles::move_in(const std::string& name, std::size_t index) {
  const std::string_view path = path_of(index);
  const std::string base(util::base_name(path));
  const auto folder = open_folder(std::string(folder_of(path)));
  if (!folder && folder.error().sys_errno == ENAMETOOLONG) return waiting_.remove_file(name);
  GS_TRY(const auto parent, folder);
  const bool moved = ::renameat(waiting_.fd(), name.c_str(), parent->get(), base.c_str()) == 0;
  const auto stat = moved ? stat_entry(parent->get(), base) : std::nullopt;
  if (!stat) return util::fail(util::sys_error("put in place " + printable_path(path)));
  stats_[index] = *stat;
  return {};
}

Result<void> EarlyFiles::write_one(std::size_t index, std::string_view bytes) {
  const std::string_view path = path_of(index);
  const auto folder = open_folder(std::string(folder_of(path)));
  // Longer than the kernel takes at once: it is written later.
  if (!folder && folder.error().sys_errno == ENAMETOOLONG) return {};
  GS_TRY(const auto parent, folder);
  const std::string name(util::base_name(path));
  const mode_t mode = creation_mode(files_[index].kind);
  const util::Fd fd(::openat(parent->get(), name.c_str(), kNewFile, mode));
  if (!fd) return util::fail(util::sys_error("create " + printable_path(path)));
  GS_TRY_VOID(util::write_all(fd.get(), bytes, printable_path(path)));
  struct stat info{};
  if (::fstat(fd.get(), &info) != 0) {
    return util::fail(util::sys_error("stat " + printable_path(path)));
  }
  stats_[index] = FileStat::of(info);
  return {};
}

// Files of one folder often come together.
Result<std::shared_ptr<const util::Fd>> EarlyFiles::open_folder(const std::string& path) {
  {
    const std::scoped_lock lock(mutex_);
    if (last_fd_ && path == last_folder_) return last_fd_;
  }
  const std::string way = path.empty() ? "." : path;
  GS_TRY(auto fd, util::open_beneath(folder_.fd(), way, printable_path(path)));
  auto opened = std::make_shared<const util::Fd>(std::move(fd));
  const std::scoped_lock lock(mutex_);
  last_folder_ = path;
  last_fd_ = opened;
  return opened;
}

const FileStat* EarlyFiles::find(std::string_view path) {
  while (next_ < files_.size() && path_of(next_) < path) ++next_;
  const bool is_there = next_ < files_.size() && path_of(next_) == path;
  return is_there && stats_[next_].mode != 0 ? &stats_[next_] : nullptr;
}

}  // namespace gitsync::tree
