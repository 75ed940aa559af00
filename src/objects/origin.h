// SPDX-License-Identifier: Apache-2.0
// Where the files of a tree come from when it is not git: a bucket's folder, an archive, a
// registry. What such sources have in common is in object_source.h.

#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "source/source.h"
#include "tree/publisher.h"
#include "tree/revision.h"
#include "tree/tree_contents.h"
#include "util/error.h"
#include "util/event.h"

namespace gitsync::objects {

// Thread-safety: none; belongs to the loop of one repository.
class Origin {
 public:
  virtual ~Origin() = default;

  // Which revision is there now? A poll: as few requests as it takes. `shown`: what is published.
  // Errors: as Source::resolve().
  virtual util::Result<source::Resolved> resolve(const std::optional<tree::Revision>& shown,
                                                 const util::Limit& limit) = 0;

  // What is in the revision that resolve() has found last. It is asked for changes from nothing,
  // or from the revision of `base`, a whole tree built here, if that is not null. It may be read
  // from the start on, and lives no longer than this, `base` and `limit`.
  // Errors: kMoved if the revision is no longer to be had, which reading may find out, too.
  virtual util::Result<std::unique_ptr<tree::TreeContents>> open(const tree::Revision& revision,
                                                                 const tree::Published* base,
                                                                 const util::Limit& limit) = 0;

  // Waits, at most as long as `limit`, for what resolve() would find. False, at once or later: it
  // cannot be waited for, and the rest of the time is to be spent otherwise.
  virtual bool wait(const util::Limit& /*limit*/) { return false; }
  // What there is to say about a revision that was built. May ask for it.
  virtual util::Result<source::About> about(const tree::Revision& revision,
                                            const util::Limit& limit) = 0;

  // How long the server wants to be left alone, if it refused the last request and said so.
  virtual std::optional<std::chrono::seconds> retry_after() const { return std::nullopt; }
};

}  // namespace gitsync::objects
