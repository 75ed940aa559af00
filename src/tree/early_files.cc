// SPDX-License-Identifier: Apache-2.0
#include "tree/early_files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <utility>

#include "tree/entry_path.h"
#include "tree/file_maker.h"
#include "tree/way.h"
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

// Makes the folders on the way to one path after the other.
class FolderMaker {
 public:
  static Result<FolderMaker> into(const util::Folder& folder) {
    GS_TRY(auto way, Way::into(folder));
    return FolderMaker(std::move(way));
  }

  // The folder of a path that comes behind all before.
  Result<void> make(std::string_view folder) {
    if (folder == folder_) return {};
    while (!folder_.empty() && folder != folder_ && !is_below(folder, folder_)) {
      folder_ = std::string(folder_of(folder_));
      GS_TRY_VOID(way_.leave_to(way_.depth() - 1));
    }
    while (folder_.size() < folder.size()) {
      const std::size_t begin = folder_.empty() ? 0 : folder_.size() + 1;
      const std::size_t slash = std::min(folder.find('/', begin), folder.size());
      GS_TRY_VOID(way_.make(std::string(folder.substr(begin, slash - begin))));
      folder_ = folder.substr(0, slash);
    }
    return {};
  }

 private:
  explicit FolderMaker(Way way) : way_(std::move(way)) {}

  Way way_;
  std::string folder_;
};

}  // namespace

Result<void> EarlyFiles::list(TreeContents& contents, const std::vector<std::string>& own_names,
                              const util::Limit& limit) {
  GS_TRY(auto folders, FolderMaker::into(folder_));
  const auto add = [&](const Change& change) -> Result<void> {
    if (!change.after) return {};
    GS_TRY_VOID(check_entry_path(change.path));
    GS_TRY_VOID(check_first_name(change.path, own_names));
    GS_TRY_VOID(folders.make(folder_of(change.path)));
    this->add(change.path, *change.after);
    return limit.check();
  };
  GS_TRY_VOID(contents.for_each_change(nullptr, add, limit));
  sort();
  listed_ = true;
  return put_all_in_place();
}

Result<void> EarlyFiles::put_all_in_place() {
  GS_TRY_VOID(pool_.finish());
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

Result<void> EarlyFiles::keep_waiting(std::string_view content_id, std::string_view bytes) {
  if (!came_.emplace(content_id).second) return {};
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
  const mode_t mode = files_[index].kind == FileKind::kExecutable ? 0777 : 0666;
  const std::string name(util::base_name(path));
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
