// SPDX-License-Identifier: Apache-2.0
// Has the files of an old tree looked at before a build looks at them. On a network volume each
// look is a round trip, unless the kernel remembers the answer, which it does for some seconds: so
// several threads ask a little ahead of the one that needs to know.

#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "tree/manifest.h"
#include "tree/old_tree.h"
#include "tree/write_pool.h"
#include "util/error.h"
#include "util/fd.h"

namespace gitsync::tree {

// What is found is not kept. Memory: the paths of some 500 files. Move-only. Thread-safety: none;
// belongs to the thread that builds.
class LookAhead {
 public:
  // Of a tree of which nothing was read yet. Nothing if there is one thread only, or no descriptor:
  // the build is as right without it. `pool` must outlive it.
  static std::optional<LookAhead> into(const OldTree& tree, WritePool& pool);

  // The build is about to look at `path`; paths ascend. Errors: those of the pool.
  util::Result<void> go_to(std::string_view path);

 private:
  // Files of one folder.
  struct Batch {
    std::string folder;
    std::vector<std::string> names;
  };
  struct Ahead {
    std::string path;  // the first one of a batch
    std::size_t files = 0;
  };
  LookAhead(util::Fd top, ManifestReader records, WritePool& pool);
  Batch take_batch();
  util::Result<void> hand_out();

  std::shared_ptr<const util::Fd> top_;
  ManifestReader records_;
  WritePool* pool_;  // not null
  std::deque<Ahead> ahead_;
  std::size_t files_ahead_ = 0;
  std::size_t batches_ = 0;
  bool ended_ = false;
};

}  // namespace gitsync::tree
