// SPDX-License-Identifier: Apache-2.0
// A tree that is not published yet. Half a tree, or a whole one that could not be published, would
// only take room: it goes when its owner gives it up.

#pragma once

#include <string>

#include "log/logger.h"
#include "tree/layout.h"
#include "tree/rubbish.h"
#include "util/event.h"

namespace gitsync::tree {

enum class Origin {
  kBuilt,  // by this pass: removed unless it is kept
  kFound,  // was there before, and another link may show it: stays in any case
};

// Move-only. Thread-safety: none; belongs to one pass.
class [[nodiscard]] Draft {
 public:
  // The tree of `revision` in its place below the root. When `limit` was stopped, the destructor
  // leaves the tree to the next start: removing it could take longer than there is time.
  Draft(const Layout& layout, Revision revision, Origin origin, const util::Limit& limit,
        const log::Logger& logger);
  Draft(Draft&& other) noexcept;
  Draft& operator=(Draft&&) = delete;
  ~Draft();

  const Revision& revision() const { return revision_; }
  const std::string& path() const { return path_; }  // absolute
  // It is published, or about to be looked after by someone else.
  void keep() noexcept { origin_ = Origin::kFound; }

 private:
  Revision revision_;
  std::string path_;
  Origin origin_;
  const util::Event* stop_;
  Rubbish rubbish_;
  log::Logger log_;
};

}  // namespace gitsync::tree
