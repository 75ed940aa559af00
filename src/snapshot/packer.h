// SPDX-License-Identifier: Apache-2.0
// Archives of published trees: all of one, and what one has that another had not.
//
// A step (ours; docs/snapshots.md#steps) is a tar.gz with what came or changed below "files/", and
// a member "removed" with the paths that went, each with a NUL behind it.

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "archive/writer.h"
#include "snapshot/tree_files.h"
#include "tree/manifest.h"
#include "util/error.h"
#include "util/event.h"
#include "util/fd.h"

namespace gitsync::snapshot {

inline constexpr std::string_view kStepFiles = "files/";
inline constexpr std::string_view kStepRemoved = "removed";

struct Packed {
  util::Fd file;  // without a name; its position is anywhere
  archive::Written written;
  std::string tree_sha256;  // see tree_digest.h
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;  // of all contents
};

// Where archives wait until they are stored, and the time of all their members.
struct PackOptions {
  std::string folder;
  std::chrono::sys_seconds time;
};

// The same files and time give the same bytes. Memory: 500 KiB, and the list of what went.
util::Result<Packed> pack_tree(const TreeFiles& files, const PackOptions& options,
                               const util::Limit& limit);

// From the tree of `old` to `files`. Nothing if the step would not be smaller than the half of all,
// or if the two cannot be compared.
util::Result<std::optional<Packed>> pack_step(const TreeFiles& files, tree::ManifestReader old,
                                              const PackOptions& options, const util::Limit& limit);

}  // namespace gitsync::snapshot
