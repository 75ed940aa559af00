// SPDX-License-Identifier: Apache-2.0
// Whole-file operations by path: read, atomic write, directories, safe recursive removal.
// Modes are before umask. Errors name the path. Thread-safety: none needed, no state.
//
// Except for removal, symlinks on the way are followed. For places that somebody else may write,
// such as the root, folder.h has the same operations without that.

#pragma once

#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "util/error.h"

namespace gitsync::util {

// Reads a file whole, or a pipe until its end, waiting 1 s at most for each piece. kInvalid if it
// is larger than `limit` bytes.
Result<std::string> read_file(const std::string& path, std::size_t limit = std::size_t{16} << 20);

// Replaces or creates `path` in place, truncating it.
Result<void> write_file(const std::string& path, std::string_view content, mode_t mode = 0666);

// What is still there after a power cut.
enum class Durability {
  kCached,  // perhaps the old content, on some file systems an empty file
  kSynced,  // the new content: file and directory are flushed, which may take long
};

// Writes to "<dir>/<prefix><random>", then renames it to `path`, which must be in the same
// directory. Readers see the old or the new content. The final mode is exactly `mode`, where
// the volume has modes.
Result<void> write_file_atomic(const std::string& path, const std::string& prefix,
                               std::string_view content, mode_t mode,
                               Durability durability = Durability::kCached);

// Creates a directory and its parents; existing ones are fine.
Result<void> make_directories(const std::string& path, mode_t mode = 0775);

// Names in a directory, without "." and "..", sorted. All are in memory at once.
Result<std::vector<std::string>> list_directory(const std::string& path);

// Removes a file, symlink or directory tree, as remove_tree.h has it; only symlinks on the way to
// `path` are followed. A missing path is success.
Result<void> remove_tree(const std::string& path);

// The text of a symlink, or nullopt if there is nothing at `path`. kInvalid if it is no symlink.
Result<std::optional<std::string>> read_link(const std::string& path);

// Sets access and modification time to now, creating an empty file if there is nothing.
Result<void> touch(const std::string& path);

// Flushes a directory, so that a rename in it survives a power cut.
Result<void> sync_directory(const std::string& path);

// How much of the file system that holds `path` is free, from 0 to 1: of its bytes or of its
// inodes, whichever is less; 1 if it cannot be found out.
double free_part_of_disk(const std::string& path);

bool exists(const std::string& path);             // follows symlinks
bool is_directory(const std::string& path);       // follows symlinks
bool is_real_directory(const std::string& path);  // false for a symlink to one

// Some 12 characters for names of temporary files.
std::string random_suffix();

}  // namespace gitsync::util
