// SPDX-License-Identifier: Apache-2.0
// The records of a tree on their way into its manifest, in the order of paths, while some of the
// files are still being written by a WritePool.

#pragma once

#include <atomic>
#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "tree/file_stat.h"
#include "tree/manifest.h"
#include "tree/tree_contents.h"
#include "tree/write_pool.h"
#include "util/error.h"
#include "util/fd.h"

namespace gitsync::tree {

// What a job tells of the file that it was to make: the builder reads it once `is_done`.
struct Made {
  FileStat stat;
  bool is_there = false;  // else somebody else has to make it
  std::atomic<bool> is_done = false;
};

// Holds 256 records at most, and as many descriptors. Belongs to the thread that builds.
class RecordQueue {
 public:
  RecordQueue(ManifestWriter& out, WritePool& pool) : out_(out), pool_(pool) {}

  util::Result<void> add(std::string_view path, const FileEntry& entry, const FileStat& stat);
  util::Result<void> add_directory(std::string_view path, const FileStat& stat);
  // Makes what a job could not make; called by this class, in the builder's thread.
  using Otherwise = std::function<util::Result<FileStat>()>;
  util::Result<void> add_later(std::string_view path, const FileEntry& entry,
                               std::shared_ptr<Made> made, Otherwise otherwise = {});
  // A folder in which files are still being made: it is looked at when they are.
  util::Result<void> add_directory_later(std::string_view path, util::Fd folder);

  bool is_empty() const { return waiting_.empty(); }
  // Waits for all. Errors: those of the pool, of `otherwise`, of the manifest.
  util::Result<void> finish();

 private:
  struct Waiting {
    std::string path;
    bool is_directory = false;
    FileEntry entry;
    FileStat stat;
    std::shared_ptr<Made> made;  // null: stat is known, or that of folder
    Otherwise otherwise;
    util::Fd folder;
  };
  util::Result<void> push(Waiting record);
  util::Result<void> write_first();
  bool is_first_ready() const;

  ManifestWriter& out_;
  WritePool& pool_;
  std::deque<Waiting> waiting_;
};

}  // namespace gitsync::tree
