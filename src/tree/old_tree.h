// SPDX-License-Identifier: Apache-2.0
// A finished tree with its manifest, opened together.

#pragma once

#include <optional>
#include <string>

#include "tree/layout.h"
#include "tree/manifests.h"
#include "tree/publisher.h"
#include "tree/way.h"
#include "util/folder.h"

namespace gitsync::tree {

struct OldTree {
  Way top;
  ManifestReader manifest;
};

// The tree `name` in `holder` with the manifest of this name; nothing if one of them is not there
// or they do not belong together. No symlink is followed.
std::optional<OldTree> open_old_tree(const util::Folder& holder, const std::string& name,
                                     const Manifests& manifests, const std::string& manifest);

// The same of a tree below the root.
std::optional<OldTree> open_published(const Layout& layout, const Published& published,
                                      const Manifests& manifests);

}  // namespace gitsync::tree
