// SPDX-License-Identifier: Apache-2.0
// A tree that is not published yet. Half a tree, or a whole one that could not be published, would
// only take room: it goes when its owner gives it up.

#pragma once

#include <string>

#include "log/logger.h"
#include "tree/layout.h"
#include "tree/rubbish.h"
#include "tree/turn.h"
#include "util/event.h"

namespace gitsync::tree {

// Move-only. Thread-safety: none; belongs to one pass.
class [[nodiscard]] Draft {
 public:
  // The tree of `revision`, which this pass builds in its place below the root: removed unless it
  // is kept. The destructor leaves it to the next start when `limit` was stopped, because removing
  // it could take longer than there is time; and to whoever has the turn now when `turn` was lost,
  // because they may have built it, and may show it. `turn` outlives the draft.
  static Draft built(const Layout& layout, Revision revision, const Turn& turn,
                     const util::Limit& limit, const log::Logger& logger);
  // A whole tree that was there before. Another link may show it: it stays in any case.
  static Draft found(const Layout& layout, Revision revision, const log::Logger& logger);
  Draft(Draft&& other) noexcept;
  Draft& operator=(Draft&&) = delete;
  ~Draft();

  const Revision& revision() const { return revision_; }
  const std::string& path() const { return path_; }  // absolute
  // It is published, or about to be looked after by someone else.
  void keep() noexcept { turn_ = nullptr; }

 private:
  Draft(const Layout& layout, Revision revision, const Turn* turn, const util::Event* stop,
        const log::Logger& logger);

  Revision revision_;
  std::string path_;
  const Turn* turn_;  // null: the tree stays
  const util::Event* stop_;
  Rubbish rubbish_;
  log::Logger log_;
};

}  // namespace gitsync::tree
