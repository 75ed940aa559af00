// SPDX-License-Identifier: Apache-2.0
// What has changed between two published trees, by their manifests alone: no file is read.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "snapshot/tree_files.h"
#include "tree/manifest.h"
#include "util/error.h"
#include "util/event.h"

namespace gitsync::snapshot {

struct StepList {
  std::vector<TreeFile> came;      // new, or with other content or kind; in order
  std::string went;                // paths, each with a NUL behind it
  std::uint64_t bytes = 0;         // of `came`
  std::uint64_t bytes_of_all = 0;  // of the newer tree
};

// `files` has a manifest. Memory: as much as what has changed.
util::Result<StepList> list_step(const TreeFiles& files, tree::ManifestReader old,
                                 const util::Limit& limit);

}  // namespace gitsync::snapshot
