// SPDX-License-Identifier: Apache-2.0
// One entry of git's index: what is tracked under a path, and what lstat(2) said of the file when
// it was known to be that. Format: gitformat-index(5), "Index entry"; repositories with SHA-1 only.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

struct stat;

namespace gitsync::git {

// Bytes of an object id and of the index's checksum.
inline constexpr std::size_t kIndexIdBytes = 20;
// Of one path, in bytes; the format has no bound. A longer one is not understood.
inline constexpr std::size_t kLongestIndexPath = std::size_t{64} << 10;

// The modes that an entry may have.
inline constexpr std::uint32_t kIndexFile = 0100644;
inline constexpr std::uint32_t kIndexExecutable = 0100755;
inline constexpr std::uint32_t kIndexSymlink = 0120000;
inline constexpr std::uint32_t kIndexGitlink = 0160000;  // the commit of a submodule

struct IndexTime {
  std::uint32_t seconds = 0;
  std::uint32_t nanoseconds = 0;
  bool operator==(const IndexTime&) const = default;
};

// Everything truncated to 32 bits, as git does. All zero where git does not look: a gitlink.
struct IndexStat {
  IndexTime changed;   // st_ctim
  IndexTime modified;  // st_mtim
  std::uint32_t device = 0;
  std::uint32_t inode = 0;
  std::uint32_t owner = 0;
  std::uint32_t group = 0;
  std::uint32_t size = 0;  // bytes

  static IndexStat of(const struct stat& info);
  bool operator==(const IndexStat&) const = default;
};

// A view: path and id belong to somebody else.
struct IndexEntry {
  std::string_view path;  // relative to the top of the tree
  std::uint32_t mode;
  std::span<const std::byte, kIndexIdBytes> id;
  IndexStat stat = {};
  std::uint8_t stage = 0;  // 1 to 3 in a merge that is not done
  bool assume_valid = false;
  bool skip_worktree = false;
  bool intent_to_add = false;
};

bool is_index_mode(std::uint32_t mode);

// Whether the format allows the path: not empty, no NUL, no "", ".", ".." or ".git" between
// slashes, and not too long. What else git refuses to check out is not looked at.
bool is_index_path(std::string_view path);

}  // namespace gitsync::git
