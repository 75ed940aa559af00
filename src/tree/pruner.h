// SPDX-License-Identifier: Apache-2.0
// Superseded trees: starting their timer, and deleting them when it is over
// (docs/contract.md#update steps 4 and 7, #cleanup).

#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "tree/layout.h"
#include "tree/leases.h"
#include "tree/publisher.h"
#include "tree/rubbish.h"
#include "util/event.h"
#include "util/watched.h"

namespace gitsync::tree {

// Thread-safety: none; belongs to the sync loop, under the root's lock.
class Pruner {
 public:
  // `leases`: of trees that stay while they are held; null: none are.
  Pruner(Layout layout, std::chrono::nanoseconds stale_timeout, log::Logger logger,
         std::shared_ptr<const Leases> leases = {});

  // Call right after `old` was superseded: its stale timer starts now. A tree of the old layout
  // (directly in the root) is deleted; nothing outside the root ever is.
  void retire(const Published& old) const;

  // Takes a tree that would be deleted to another place, and returns true; or leaves it as it is.
  using Heir = std::function<bool(const Published& old)>;

  // Deletes every entry of .worktrees that is older than the stale timeout, except the one that
  // holds `current`. Whatever cannot be deleted is put aside, and tried again at the next call.
  // Trees are offered to `heir` first, if there is one. Returns whether anything went.
  // Errors: the first one, after doing all that could be done.
  util::Result<bool> prune(const Published& current, const util::Limit& limit,
                           const Heir& heir = {});

 private:
  util::Result<bool> prune_all(const Published& current, const util::Limit& limit,
                               const Heir& heir);
  bool is_due(const std::string& path) const;
  bool is_useless_bridge(const std::string& path) const;
  util::Result<bool> prune_entry(std::string_view name, const Published& current,
                                 const util::Limit& limit, const Heir& heir) const;

  const Layout layout_;
  const std::chrono::nanoseconds stale_timeout_;
  const log::Logger log_;
  const std::shared_ptr<const Leases> leases_;
  const Rubbish rubbish_;
  util::Watched seen_;
  std::optional<std::string> alone_;  // the tree beside which there was nothing to delete
};

}  // namespace gitsync::tree
