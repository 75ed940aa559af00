// SPDX-License-Identifier: Apache-2.0
// One way down a tree by directory descriptors, one component after the other: no symlink is
// followed, and a tree may be deeper than a path may be long or a process may have files open.

#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <string>
#include <vector>

#include "tree/file_stat.h"
#include "util/error.h"
#include "util/fd.h"
#include "util/folder.h"

namespace gitsync::tree {

// A stack of directories, of which the deepest can be worked in. Descriptors are held of the
// deepest 64 and the top; the others are opened again when the way leads back up, and must be the
// directories that they were. Move-only. Thread-safety: none.
class Way {
 public:
  static util::Result<Way> into(const util::Folder& top);

  // Directories below the top.
  std::size_t depth() const { return steps_.size() - 1; }
  // Of the deepest; for the *at() calls.
  int fd() const { return steps_.back().fd.get(); }
  // What the deepest was when it was opened.
  const FileStat& stat() const { return steps_.back().stat; }

  // Goes down into `name`. On failure it stays where it is: ENOTDIR for a symlink, EXDEV for
  // another file system.
  util::Result<void> enter(const std::string& name);
  // Makes it first; EEXIST if something is there.
  util::Result<void> make(const std::string& name);
  // Goes back up. Fails with ESTALE if a directory was moved meanwhile; the way is of no use then.
  util::Result<void> leave_to(std::size_t depth);

  // The directory at a depth, which is not more than depth(): valid as long as this, and until
  // the next call.
  struct Place {
    util::Fd owned;
    int fd = -1;
  };
  util::Result<Place> at(std::size_t depth) const;

 private:
  struct Step {
    std::string name;
    util::Fd fd;  // none while it is given up
    dev_t device = 0;
    FileStat stat;
  };
  static util::Result<Step> open(int parent, const std::string& name);

  std::vector<Step> steps_;  // never empty
};

}  // namespace gitsync::tree
