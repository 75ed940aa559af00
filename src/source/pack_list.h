// SPDX-License-Identifier: Apache-2.0
// The packs of a store as their names, sizes and times tell: a cheap look at each poll that shows
// what somebody else has done to them.

#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "util/error.h"
#include "util/folder.h"

namespace gitsync::source {

class PackList {
 public:
  // Packs and their indexes in `<store>/objects/pack`, and those of `loose` that are there, objects
  // of their own by their names below `<store>/objects`. `root` holds the store.
  static util::Result<PackList> read(const util::Folder& root,
                                     std::span<const std::string> loose = {});
  // What text() gave; nothing understandable is an empty list.
  static PackList parse(std::string_view text);
  std::string text() const;
  // The objects of their own that it names.
  std::vector<std::string> loose() const;
  // All files, by their names below `<store>/objects`.
  std::vector<std::string> names() const;

  // Whether a file that both lists name is another one now: git never changes a pack.
  bool contradicts(const PackList& before) const;
  bool operator==(const PackList&) const = default;

 private:
  struct Stamp {
    std::int64_t size = 0;
    std::int64_t modified = 0;  // ns since 1970
    bool operator==(const Stamp&) const = default;
  };
  std::map<std::string, Stamp> files_;
};

}  // namespace gitsync::source
