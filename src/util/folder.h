// SPDX-License-Identifier: Apache-2.0
// A directory held by a descriptor, and what may be done below it without ever following a
// symlink: for every place that somebody else may write too.

#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "util/error.h"
#include "util/fd.h"
#include "util/files.h"

namespace gitsync::util {

// What identifies a file while somebody holds it open.
struct FileId {
  dev_t device = 0;
  ino_t inode = 0;
  bool operator==(const FileId&) const = default;
};

enum class EntryKind { kNothing, kFile, kDirectory, kSymlink, kOther };

// What lstat(2) says. If there is nothing, all but `kind` is meaningless.
struct EntryInfo {
  EntryKind kind = EntryKind::kNothing;
  FileId id;
  uid_t owner = 0;
  mode_t mode = 0;        // permission bits
  std::int64_t size = 0;  // bytes
  timespec modified{};
};

enum class OnTarget {
  kReplace,   // rename(2): what has the new name goes
  kRefuse,    // fails with EEXIST if something has it
  kExchange,  // the two swap names in one step
};

// What a callback of for_each_entry() wants next.
enum class Walk { kGoOn, kStop };

// A directory that stays the same one whatever happens to its path.
//
// Whoever may write into a directory can swap any part of it for a symlink between a check and
// a use. So a path is not checked and then used: every operation goes from this descriptor to the
// entry itself, one descriptor after the other, and where it meets a symlink it fails (ELOOP)
// instead of following it. Nothing outside the directory can be read, written or removed
// through it.
//
// Paths are relative to the folder: not absolute, without "..", not empty where an entry is meant
// (kInvalid otherwise); "a//./b" is "a/b". An entry that is a symlink is handled as one: info(),
// read_link(), rename(), remove() and an atomic write act on the link and never on its target.
// What it does not protect from: a hard link to a file from elsewhere, and another file system
// mounted inside (only remove_tree() refuses those).
//
// Errors name the whole path as it was when the folder was opened; kNotFound if something on the
// way is missing, kLocal otherwise. Ownership: the descriptor, which is close-on-exec. Move-only.
// Thread-safety: const operations may run in several threads at once.
class [[nodiscard]] Folder {
 public:
  // Opens `path` as open(2) does, symlinks included: for paths that nobody else can change.
  static Result<Folder> open(const std::string& path);

  // For people and for callers that must hand a path to somebody else.
  const std::string& path() const noexcept { return path_; }
  std::string path_of(std::string_view below) const;
  // Opened with O_PATH: for the *at() family.
  int fd() const noexcept { return fd_.get(); }
  FileId id() const noexcept;

  Result<Folder> open_beneath(std::string_view path) const;
  // Makes what is missing, modes before umask, and opens the last one.
  Result<Folder> make_directories(std::string_view path, mode_t mode = 0775) const;

  // kNothing if it, or a part of the way to it, is missing. The folder itself by "".
  Result<EntryInfo> info(std::string_view path) const;
  // Whether there is one; false too if the way to it cannot be taken.
  bool exists(std::string_view path) const;
  bool is_directory(std::string_view path) const;

  // Sorted names, without "." and "..".
  Result<std::vector<std::string>> list(std::string_view path = {}) const;
  // The same, unsorted, in the memory of one buffer. The callback may remove entries.
  Result<void> for_each_entry(const std::function<Walk(std::string_view)>& visit) const;

  // A regular file whole; kInvalid if it is none or larger than `limit` bytes.
  Result<std::string> read_file(std::string_view path,
                                std::size_t limit = std::size_t{16} << 20) const;
  // As the function of this name in files.h; a symlink of this name is replaced.
  Result<void> write_file_atomic(std::string_view path, std::string_view prefix,
                                 std::string_view content, mode_t mode,
                                 Durability durability = Durability::kCached) const;
  // Sets the times to now, making an empty file if there is nothing. ELOOP for a symlink.
  Result<void> touch(std::string_view path, mode_t mode = 0666) const;

  // The text of a symlink, nothing if there is no entry, kInvalid if it is no symlink.
  Result<std::optional<std::string>> read_link(std::string_view path) const;
  Result<void> make_symlink(std::string_view target, std::string_view path) const;

  // `to` is relative to `target`, which may be this folder. kRefuse and kExchange fail with
  // EINVAL where the file system cannot (NFS).
  Result<void> rename(std::string_view from, const Folder& target, std::string_view to,
                      OnTarget on_target = OnTarget::kReplace) const;

  // A file or symlink; missing is success, a directory an error. For trees: remove_tree().
  Result<void> remove_file(std::string_view path) const;
  // Flushes the directory, so that a rename in it survives a power cut.
  Result<void> sync() const;

  // The directory that holds an entry, and the entry's name in it: what *at() calls take.
  struct Place {
    Fd owned;     // empty if it is the folder itself
    int fd = -1;  // valid as long as this and the folder
    std::string name;
  };
  Result<Place> place_of(std::string_view path) const;

 private:
  Folder(Fd fd, std::string path) noexcept : fd_(std::move(fd)), path_(std::move(path)) {}
  Result<Fd> open_for_reading() const;

  Fd fd_;
  std::string path_;
};

}  // namespace gitsync::util
