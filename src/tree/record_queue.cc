// SPDX-License-Identifier: Apache-2.0
#include "tree/record_queue.h"

#include <sys/stat.h>

#include <utility>

#include "tree/entry_path.h"

namespace gitsync::tree {

using util::Result;

namespace {

constexpr std::size_t kMost = 256;

}  // namespace

Result<void> RecordQueue::add(std::string_view path, const FileEntry& entry, const FileStat& stat) {
  if (waiting_.empty()) return out_.add(path, entry, stat);
  return push({.path = std::string(path), .entry = entry, .stat = stat});
}

Result<void> RecordQueue::add_directory(std::string_view path, const FileStat& stat) {
  if (waiting_.empty()) return out_.add_directory(path, stat);
  return push({.path = std::string(path), .is_directory = true, .stat = stat});
}

Result<void> RecordQueue::add_later(std::string_view path, const FileEntry& entry,
                                    std::shared_ptr<Made> made, Otherwise otherwise) {
  return push({.path = std::string(path),
               .entry = entry,
               .made = std::move(made),
               .otherwise = std::move(otherwise)});
}

Result<void> RecordQueue::add_directory_later(std::string_view path, util::Fd folder) {
  return push({.path = std::string(path), .is_directory = true, .folder = std::move(folder)});
}

bool RecordQueue::is_first_ready() const {
  const auto& made = waiting_.front().made;
  return !made || made->is_done.load(std::memory_order_acquire);
}

Result<void> RecordQueue::push(Waiting record) {
  waiting_.push_back(std::move(record));
  while (!waiting_.empty() && (waiting_.size() > kMost || is_first_ready())) {
    GS_TRY_VOID(write_first());
  }
  return {};
}

Result<void> RecordQueue::finish() {
  while (!waiting_.empty()) GS_TRY_VOID(write_first());
  return pool_.finish();
}

Result<void> RecordQueue::write_first() {
  if (!is_first_ready()) GS_TRY_VOID(pool_.wait_until([this] { return is_first_ready(); }));
  Waiting first = std::move(waiting_.front());
  waiting_.pop_front();
  if (first.folder) {
    struct stat info{};
    if (::fstat(first.folder.get(), &info) != 0) {
      return util::fail(util::sys_error("stat folder " + printable_path(first.path)));
    }
    first.stat = FileStat::of(info);
  }
  if (first.is_directory) return out_.add_directory(first.path, first.stat);
  if (first.made && first.made->is_there) first.stat = first.made->stat;
  if (first.made && !first.made->is_there) {
    GS_TRY(first.stat, first.otherwise());
  }
  return out_.add(first.path, first.entry, first.stat);
}

}  // namespace gitsync::tree
