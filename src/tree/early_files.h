// SPDX-License-Identifier: Apache-2.0
// The files of a new tree whose contents come in any order, before the tree is built: they are
// written at once to where they belong. TreeBuilder finds them there, and writes what is missing.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <ranges>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "tree/file_stat.h"
#include "tree/tree_contents.h"
#include "tree/write_pool.h"
#include "util/error.h"
#include "util/event.h"
#include "util/fd.h"
#include "util/folder.h"

namespace gitsync::tree {

// Memory: some 100 bytes a file, and its path; and what the pool holds, and as much again.
// Thread-safety: none; belongs to one build, whose pool writes the files.
class EarlyFiles {
 public:
  // `folder` is to become the tree and `waiting` holds what comes before it is known where it
  // belongs; both are empty and on one file system. `width`: of the pool.
  EarlyFiles(util::Folder folder, util::Folder waiting, std::size_t width, const util::Limit& limit)
      : folder_(std::move(folder)), waiting_(std::move(waiting)), pool_(width, limit) {}
  EarlyFiles(const EarlyFiles&) = delete;
  EarlyFiles& operator=(const EarlyFiles&) = delete;

  // Writes a content that has come to where it belongs: all regular files that have it. Errors,
  // also of what was given before, leave a tree that is of no use.
  util::Result<void> write(std::string_view content_id, std::string_view bytes);

  // From now on it is known what is in the tree: makes all folders, and puts what has come into
  // its places. Errors: those of `contents`, and as TreeWriter::build() has them for paths.
  util::Result<void> list(TreeContents& contents, const std::vector<std::string>& own_names,
                          const util::Limit& limit);

  // Nothing more comes: waits until all of it is written.
  util::Result<void> finish() { return pool_.finish(); }

  // After finish(): what was written at `path`, or null. To be asked in the order of paths.
  const FileStat* find(std::string_view path);

 private:
  struct File {
    std::uint32_t path_end = 0;  // in paths_, where it begins behind the one before
    FileKind kind = FileKind::kRegular;
  };
  std::string_view path_of(std::size_t index) const;
  std::string_view id_of(std::size_t index) const;
  void add(std::string_view path, const FileEntry& entry);
  void sort();
  util::Result<void> make_folders();
  util::Result<void> make_folder(const std::string& path);
  util::Result<void> put_in_place(const std::string& content_id);
  util::Result<void> move_in(const std::string& name, std::size_t index);
  std::ranges::subrange<std::vector<std::uint32_t>::const_iterator> files_with(
      std::string_view content_id) const;
  util::Result<std::shared_ptr<const util::Fd>> open_folder(const std::string& path);
  util::Result<void> write_waiting(const std::string& name, std::string_view bytes) const;
  util::Result<void> keep_waiting(std::string_view content_id, std::string_view bytes);
  util::Result<void> write_all(const std::vector<std::uint32_t>& indexes, std::string_view bytes);
  util::Result<void> put_all_in_place();
  util::Result<void> write_one(std::size_t index, std::string_view bytes);

  util::Folder folder_;
  util::Folder waiting_;
  std::map<std::string, std::string, std::less<>> held_;  // contents that wait in memory
  std::size_t held_bytes_ = 0;
  std::set<std::string, std::less<>> came_;  // those that wait in a file
  bool listed_ = false;
  std::string paths_;
  std::string ids_;  // kMostIdBytes would be wasted on most: all have the size of the first
  std::size_t id_size_ = 0;
  std::vector<File> files_;           // in the order of paths
  std::vector<std::uint32_t> by_id_;  // regular files, in the order of ids
  std::vector<bool> begun_;           // given to the pool
  // Of each file by its job alone until finish(); mode 0: not written.
  std::vector<FileStat> stats_;
  std::size_t next_ = 0;  // to be asked for
  std::mutex mutex_;      // guards what is last
  std::string last_folder_;
  std::shared_ptr<const util::Fd> last_fd_;  // of it
  WritePool pool_;                           // ends first
};

}  // namespace gitsync::tree
