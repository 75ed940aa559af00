// SPDX-License-Identifier: Apache-2.0
// Puts one file into a folder of a tree that is being built: from the source, or from the same file
// of another tree.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tree/file_stat.h"
#include "tree/tree_contents.h"
#include "util/error.h"
#include "util/event.h"

namespace gitsync::tree {

// Whether files of two trees may be one inode.
enum class Sharing { kNone, kHardLinks };

// Where a file is to be; nothing may have its name there.
struct Spot {
  int folder = -1;
  const std::string& name;
  std::string_view path;  // in the tree, for the source and for messages
};

// Thread-safety: take(), link() and make() may run in several threads at once; all else belongs to
// the thread that builds.
class FileMaker {
 public:
  FileMaker(Sharing sharing, const Custom& custom, const util::Limit& limit)
      : sharing_(sharing), custom_(custom), limit_(limit) {}

  // Writes what the source says, with the mode that the process's umask leaves.
  util::Result<FileStat> write(const Spot& spot, const FileEntry& entry,
                               TreeContents& contents) const;

  // The same in two steps, for a WritePool. The first one reads what is small into `bytes`, or
  // writes or links what is large and returns what was made. The second one needs no source, and
  // may run in any thread.
  util::Result<std::optional<FileStat>> read(const Spot& spot, const FileEntry& entry,
                                             TreeContents& contents, std::string& bytes) const;
  static util::Result<FileStat> make(const Spot& spot, FileKind kind, std::string_view bytes);

  // Makes a hard link to, or else a copy with the same mtime of, the file of this name in the
  // folder `from`, if that is still what `recorded` says. Nothing, and nothing made, if it is not
  // or if it cannot be had. Errors: the disk is full; limit.
  util::Result<std::optional<FileStat>> take(int from, const Spot& spot, const FileEntry& entry,
                                             const FileStat& recorded) const;
  // A hard link to what the source has ready, or nothing.
  static std::optional<FileStat> link_ready(const Spot& spot, const FileEntry& entry,
                                            const TreeContents::Ready& ready);
  // A hard link or nothing.
  std::optional<FileStat> link(int from, const Spot& spot, const FileStat& recorded) const;

 private:
  util::Result<FileStat> write_symlink(const Spot& spot, const FileEntry& entry,
                                       TreeContents& contents) const;
  util::Result<std::optional<FileStat>> copy(int from, const Spot& spot, const FileEntry& entry,
                                             const FileStat& recorded) const;
  std::optional<FileStat> copy_symlink(int from, const Spot& spot, const FileStat& recorded) const;
  util::Result<bool> copy_content(int from, int to, std::uint64_t bytes) const;

  const Sharing sharing_;
  const Custom custom_;
  const util::Limit limit_;
};

// lstat(2) of an entry of `folder`; nothing, and errno, if that fails.
std::optional<FileStat> stat_entry(int folder, const std::string& name);

}  // namespace gitsync::tree
