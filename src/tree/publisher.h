// SPDX-License-Identifier: Apache-2.0
// The published symlink: reading it and flipping it (docs/contract.md#link). The only place where
// what readers see changes.

#pragma once

#include <optional>
#include <string>

#include "log/logger.h"
#include "tree/layout.h"
#include "util/error.h"
#include "util/folder.h"

namespace gitsync::tree {

// What the link points to now.
struct Published {
  std::string tree;                  // absolute and clean; may not exist
  std::optional<Revision> revision;  // from its last component, if that is one
};

// Thread-safety: none; belongs to the sync loop, under the root's lock.
class Publisher {
 public:
  // `link`: absolute. Its parents may go through symlinks, but not within the root.
  Publisher(Layout layout, std::string link, log::Logger logger);

  // Nothing if there is no link. kInvalid if something else is in its place.
  util::Result<std::optional<Published>> current() const;

  // Points the link at `tree` (absolute, resolved) by one rename(2), with a relative target, so
  // that the volume may be mounted elsewhere. Creates missing parents. On failure the old link
  // is as it was.
  util::Result<void> flip(const std::string& tree);

 private:
  util::Result<std::optional<Published>> find() const;
  util::Result<void> point(const std::string& tree);
  void blame_place(util::Error& error) const;
  std::string temporary_prefix() const;
  void sweep(const util::Folder& folder);

  const Layout layout_;
  const std::string link_;
  const log::Logger log_;
  bool swept_ = false;
};

}  // namespace gitsync::tree
