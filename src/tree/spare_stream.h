// SPDX-License-Identifier: Apache-2.0
// Looks files up in the manifest of a spare, in the order of a build, and notices what the spare
// has and the new tree has not.

#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <utility>

#include "tree/manifest.h"

namespace gitsync::tree {

// Move-only. Thread-safety: none.
class SpareStream {
 public:
  // Told of each file that the new tree has not.
  using OnExtra = std::function<void(std::string_view path)>;

  SpareStream(ManifestReader reader, OnExtra on_extra)
      : reader_(std::move(reader)), on_extra_(std::move(on_extra)) {}

  // The record of the file `path`, valid until the next call, or null. Paths ascend.
  util::Result<const Record*> find(std::string_view path);
  // Passes what is left of a folder; what the folder was, or nothing if it is not recorded.
  util::Result<std::optional<FileStat>> leave(std::string_view folder);

 private:
  util::Result<void> pass_found();

  ManifestReader reader_;
  const OnExtra on_extra_;
  bool found_ = false;  // the record that is looked at was given out
};

}  // namespace gitsync::tree
