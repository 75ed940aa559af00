// SPDX-License-Identifier: Apache-2.0
// How much an archive may hold, so that a small one cannot become a full disk.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace gitsync::archive {

struct Limits {
  // Of all contents together, unpacked; a hard link counts as a copy.
  std::uint64_t max_bytes = std::uint64_t{10} << 30;
  std::uint64_t max_members = 1'000'000;  // and of folders that paths imply
  std::size_t max_path = 4096;            // bytes of a path, and of a symlink's target
  // Of all paths and targets together, which are held in memory.
  std::uint64_t max_names = std::uint64_t{256} << 20;
  // Which setting has max_bytes, for the message: "--max-tree-size".
  std::string setting = {};
};

// "10 GiB", "1.5 KiB", "17 bytes": for messages.
std::string show_bytes(std::uint64_t bytes);

}  // namespace gitsync::archive
