// SPDX-License-Identifier: Apache-2.0
// The entries of a tree object: "<mode> <name>", a NUL and 20 bytes of id each, sorted by name,
// where that of a folder counts as if "/" stood behind it.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "git/object_id.h"
#include "util/error.h"

namespace gitsync::git {

enum class EntryMode : std::uint8_t { kFile, kExecutable, kSymlink, kFolder, kSubmodule };

// As git writes it: 0100644, 0100755, 0120000, 040000, 0160000.
std::uint32_t to_number(EntryMode mode) noexcept;

struct TreeEntry {
  EntryMode mode = EntryMode::kFile;
  std::string_view name;  // any bytes but NUL, at least one; path_rules.h says which git takes
  ObjectId id;

  bool is_folder() const { return mode == EntryMode::kFolder; }
};

// Goes through the bytes of a tree object, of which nothing is copied. Memory: a few words.
// Errors: kCorrupt if the tree is cut short, not sorted, or has two entries of one name;
// kNotUnderstood for modes that git writes no more. After an error there is no next entry.
class TreeReader {
 public:
  // `bytes` must outlive the reader and the names.
  explicit TreeReader(std::string_view bytes) : rest_(bytes) {}

  // Nothing at the end.
  util::Result<std::optional<TreeEntry>> next();

 private:
  util::Result<TreeEntry> parse();
  util::Result<void> check_order(const TreeEntry& entry);

  std::string_view rest_;
  std::optional<TreeEntry> last_;
  // Names of files with which the last name begins: a folder of such a name may still come.
  std::vector<std::string_view> prefixes_;
};

// The order of two entries in a tree: negative, zero or positive. Zero means the same name and that
// both or none of them is a folder.
int compare_entries(const TreeEntry& a, const TreeEntry& b);

}  // namespace gitsync::git
