// SPDX-License-Identifier: Apache-2.0
// Whether what was found out by looking at some files and folders still holds, at the price of one
// lstat(2) each.

#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "util/file_stamp.h"

namespace gitsync::util {

// Thread-safety: none.
class Watched {
 public:
  // `young`: how long a change may have the same time as another one. Some file systems count
  // whole seconds, and two of them may be on both sides of a look.
  explicit Watched(std::chrono::nanoseconds young = std::chrono::seconds(2)) : young_(young) {}

  // Remembers `path` as it is now, or that there is nothing: to be called before it is looked at.
  // A symlink is not followed. A folder stands for the names in it, not for what they name.
  void add(std::string path);
  void forget();
  // Whether one is another now. Also true if there is none, and if one was so young when it was
  // added that a later change may not show.
  bool has_changed() const;

 private:
  struct Seen {
    std::string path;
    FileStamp stamp;
  };
  std::chrono::nanoseconds young_;
  std::vector<Seen> seen_;
  bool too_young_ = false;
};

}  // namespace gitsync::util
