// SPDX-License-Identifier: Apache-2.0
// One published tree that is to become a snapshot, and the archive of it that all targets share.

#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "snapshot/kept_manifests.h"
#include "snapshot/packer.h"
#include "tree/layout.h"
#include "tree/leases.h"
#include "tree/revision.h"
#include "util/mutex.h"

namespace gitsync::snapshot {

struct Item {
  tree::Revision revision;
  tree::Lease lease;  // of its tree
  std::chrono::sys_seconds time = {};
  std::string author;
  std::string subject;

  tree::Published shown() const { return {.tree = lease.tree(), .revision = revision}; }
};

// Packs each tree once, whoever asks. Thread-safety: all members.
class Archives {
 public:
  explicit Archives(tree::Layout layout) : layout_(layout), manifests_(std::move(layout)) {}

  util::Result<TreeFiles> files_of(const Item& item) const {
    return TreeFiles::open(layout_, item.shown());
  }
  // All of the tree. The last one is kept while somebody has it.
  util::Result<std::shared_ptr<const Packed>> pack(const Item& item, const util::Limit& limit);
  // From the tree of `old` to this one. Nothing if there is no step, see pack_step().
  util::Result<std::optional<Packed>> pack_step(const Item& item, const tree::Revision& old,
                                                const util::Limit& limit) const;
  // What the next step is told from.
  util::Result<void> keep_manifest(const Item& item) const {
    return manifests_.keep(item.revision);
  }

 private:
  util::Result<PackOptions> options_of(const Item& item) const;

  const tree::Layout layout_;
  const KeptManifests manifests_;
  util::Mutex mutex_;
  std::string packed_tree_ GITSYNC_GUARDED_BY(mutex_);
  std::weak_ptr<const Packed> packed_ GITSYNC_GUARDED_BY(mutex_);
};

}  // namespace gitsync::snapshot
