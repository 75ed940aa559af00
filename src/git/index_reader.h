// SPDX-License-Identifier: Apache-2.0
// Reads an index file as a stream (gitformat-index(5), versions 2, 3 and 4).

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "git/index_entry.h"
#include "util/error.h"

namespace gitsync::git {

// Fills `into` from its beginning and says how many bytes there are: 0 only at the end.
using IndexSource = std::function<util::Result<std::size_t>(std::span<char> into)>;
// Called for each entry, in order; the views are good for the call. An error ends the reading.
using IndexVisitor = std::function<util::Result<void>(const IndexEntry&)>;

struct IndexInfo {
  std::uint32_t version = 0;
  std::uint32_t entries = 0;
};

// What else of an index names objects; empty ones are not called. As for IndexVisitor.
struct IndexVisitors {
  IndexVisitor entry;
  // A tree of the extension TREE, the one that its entries were when somebody last looked.
  std::function<util::Result<void>(std::span<const std::byte, kIndexIdBytes> id)> tree = {};
  // The name of each other extension, four letters.
  std::function<util::Result<void>(std::string_view name)> extension = {};
};

// The whole file. The checksum stands at its end: what the visitor was told is true only if there
// is no error. Memory: a buffer of some 64 KiB and two paths, whatever the file says.
//
// Errors: those of source and visitor; kCorrupt if the file is not what the format says, is cut
// short or has another checksum; Cause::kNotUnderstood for another version, a split or sparse
// index, an extension that must be understood, a mode or flag that git does not write, a path over
// kLongestIndexPath, and an index without checksum (index.skipHash).
util::Result<IndexInfo> read_index(const IndexSource& source, const IndexVisitor& visit);
util::Result<IndexInfo> read_index(const IndexSource& source, const IndexVisitors& visitors);

// From a descriptor, which stands at the beginning; `shown` names it in errors.
util::Result<IndexInfo> read_index(int file, const std::string& shown, const IndexVisitor& visit);
util::Result<IndexInfo> read_index(int file, const std::string& shown,
                                   const IndexVisitors& visitors);
util::Result<IndexInfo> read_index(std::string_view bytes, const IndexVisitor& visit);

}  // namespace gitsync::git
