// SPDX-License-Identifier: Apache-2.0
// All entries of one revision, in the order of their paths, and how they differ from a tree that
// was built before.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "tree/layout.h"
#include "tree/publisher.h"
#include "tree/tree_contents.h"
#include "util/error.h"
#include "util/event.h"

namespace gitsync::objects {

struct Entry {
  std::string path;
  tree::FileEntry file;
  std::uint64_t size = 0;  // of the content; bytes
  std::size_t place = 0;   // where the origin finds the content
};

// Thread-safety: const members may be called from several threads.
class EntryList {
 public:
  // Takes entries in any order. Folders that hold others are left out: they need not be listed.
  // Errors: kProtocol for a path that is no name, that comes twice, or for a file in the way of a
  // folder, with both names.
  static util::Result<EntryList> of(std::vector<Entry> entries);

  const std::vector<Entry>& entries() const { return entries_; }
  // Null if there is no such path.
  const Entry* find(std::string_view path) const;

  // As TreeContents::for_each_change(). `base`: the tree of revision `from`, whose manifest is
  // there, or null for an empty tree. Errors: kCorrupt if the manifest is not.
  util::Result<void> for_each_change(
      const tree::Layout& layout, const tree::Published* base,
      const std::function<util::Result<void>(const tree::Change&)>& visit,
      const util::Limit& limit) const;

 private:
  explicit EntryList(std::vector<Entry> entries) : entries_(std::move(entries)) {}
  std::vector<Entry> entries_;
};

}  // namespace gitsync::objects
