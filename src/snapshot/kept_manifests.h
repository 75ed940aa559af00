// SPDX-License-Identifier: Apache-2.0
// The manifests of what was published, kept when their trees go: the next step is told from them.

#pragma once

#include <optional>
#include <string>

#include "tree/layout.h"
#include "tree/manifest.h"
#include "tree/revision.h"
#include "util/error.h"

namespace gitsync::snapshot {

// In `.git/git-sync/published`. Several targets may use it at once: all changes are one call each.
// Thread-safety: all members.
class KeptManifests {
 public:
  explicit KeptManifests(tree::Layout layout) : layout_(std::move(layout)) {}

  // Where archives may wait, too; made if it is missing.
  util::Result<std::string> folder() const;

  // Of a tree that is there. A tree without one is no error.
  util::Result<void> keep(const tree::Revision& revision) const;
  // Nothing if it is not kept.
  std::optional<tree::ManifestReader> open(const tree::Revision& revision) const;

 private:
  void drop_old() const;

  const tree::Layout layout_;
};

}  // namespace gitsync::snapshot
