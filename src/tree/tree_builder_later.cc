// SPDX-License-Identifier: Apache-2.0
// The files that a WritePool makes, while the way through the tree goes on.
#include <fcntl.h>

#include <functional>
#include <string>
#include <utility>

#include "tree/entry_path.h"
#include "tree/tree_builder.h"

namespace gitsync::tree {

using util::Result;

namespace {

using Folder = std::shared_ptr<const util::Fd>;

// What a job is about, with what it needs of its own.
struct Task {
  Folder folder;
  std::string name;
  std::string path;
  std::shared_ptr<Made> made;

  Spot spot() const { return {.folder = folder->get(), .name = name, .path = path}; }
  void tell(const FileStat& stat) const {
    made->stat = stat;
    made->is_there = true;
  }
  void end() const { made->is_done.store(true, std::memory_order_release); }
};

Task task_of(const Spot& spot, Folder folder) {
  return {.folder = std::move(folder),
          .name = spot.name,
          .path = std::string(spot.path),
          .made = std::make_shared<Made>()};
}

Result<void> make(const Task& task, FileKind kind, const std::string& bytes) {
  GS_TRY(const auto stat, FileMaker::make(task.spot(), kind, bytes));
  task.tell(stat);
  task.end();
  return {};
}

Result<void> take_or_leave(const Task& task, const FileMaker& maker, const Folder& from,
                           const FileEntry& entry, const FileStat& kept) {
  GS_TRY(const auto stat, maker.take(from->get(), task.spot(), entry, kept));
  if (stat) task.tell(*stat);
  task.end();
  return {};
}

}  // namespace

// `fd`: of the folder at path_.
Result<Folder> TreeBuilder::share(SharedFolder& folder, int fd) const {
  if (folder.fd && folder.path == path_) return folder.fd;
  util::Fd copy(::fcntl(fd, F_DUPFD_CLOEXEC, 0));
  if (!copy) return util::fail(util::sys_error("hold folder " + printable_path(path_)));
  folder = {.path = path_, .fd = std::make_shared<const util::Fd>(std::move(copy))};
  return folder.fd;
}

Result<void> TreeBuilder::write_later(const Spot& spot, const FileEntry& entry) {
  std::string bytes;
  GS_TRY(const auto written, parts_.maker.read(spot, entry, parts_.contents, bytes));
  if (written) return records_.add(spot.path, entry, *written);
  GS_TRY(auto folder, share(target_folder_, spot.folder));
  const Task task = task_of(spot, std::move(folder));
  const WritePool::Load load{.bytes = bytes.size(), .folder = std::hash<std::string>{}(path_)};
  GS_TRY_VOID(parts_.pool.add(load, [task, kind = entry.kind, bytes = std::move(bytes)] {
    return make(task, kind, bytes);
  }));
  return records_.add_later(spot.path, entry, task.made);
}

// Whether it may be had from the base. If it may not, after all, it is written when its turn comes.
Result<bool> TreeBuilder::take_later(const Spot& spot, const FileEntry& entry,
                                     const FileStat& kept) {
  const int from = base_ ? base_->follow(levels_) : -1;
  if (from < 0) return false;
  GS_TRY(auto folder, share(target_folder_, spot.folder));
  GS_TRY(auto old, share(base_folder_, from));
  const Task task = task_of(spot, std::move(folder));
  const WritePool::Load load{.folder = std::hash<std::string>{}(path_)};
  GS_TRY_VOID(
      parts_.pool.add(load, [task, maker = parts_.maker, old = std::move(old), entry, kept] {
        return take_or_leave(task, maker, old, entry, kept);
      }));
  ++counts_.taken;
  GS_TRY_VOID(records_.add_later(spot.path, entry, task.made, [this, task, entry] {
    --counts_.taken;
    ++counts_.written;
    return parts_.maker.write(task.spot(), entry, parts_.contents);
  }));
  return true;
}

// The deepest level, whose files may not all be there yet.
Result<void> TreeBuilder::add_left_folder() {
  if (!records_.is_empty()) {
    util::Fd copy(::fcntl(parts_.target.fd(), F_DUPFD_CLOEXEC, 0));
    if (copy) return records_.add_directory_later(path_, std::move(copy));
    GS_TRY_VOID(records_.finish());
  }
  const auto stat = stat_entry(parts_.target.fd(), ".");
  if (!stat) return util::fail(util::sys_error("stat folder " + printable_path(path_)));
  return records_.add_directory(path_, *stat);
}

}  // namespace gitsync::tree
