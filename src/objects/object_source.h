// SPDX-License-Identifier: Apache-2.0
// A root whose trees come from an Origin: everything of a Source that is the same for buckets,
// archives and registries. Its store, `.git/git-sync`, holds what the layer `tree` keeps there, so
// that a root may change from git to a bucket and back, with its link valid all the while.

#pragma once

#include <memory>
#include <optional>
#include <string>

#include "log/logger.h"
#include "net/server_wish.h"
#include "objects/origin.h"
#include "source/source.h"
#include "tree/layout.h"
#include "tree/root.h"
#include "tree/run_marker.h"
#include "tree/tree_writer.h"
#include "util/environment.h"

namespace gitsync::objects {

struct ObjectSourceOptions {
  tree::Layout layout;
  tree::Sharing sharing = tree::Sharing::kNone;
  util::Environment hook_environment;
};

// Thread-safety: none; belongs to the loop of one repository, under the root's turn.
class ObjectSource final : public source::Source {
 public:
  ObjectSource(ObjectSourceOptions options, std::unique_ptr<Origin> origin, log::Logger logger);

  util::Result<void> open(const std::optional<tree::Published>& shown,
                          const util::Limit& limit) override;
  util::Result<source::Resolved> resolve(const util::Limit& limit) override;
  // At a start a tree of which any file was changed counts as damaged: what is built beside it has
  // the files of nobody no more.
  util::Result<source::Health> inspect(const tree::Published& shown, source::Depth depth,
                                       const util::Limit& limit) override;
  // Nothing: what was edited is damaged, see above.
  util::Result<void> restore(const tree::Published& shown, const util::Limit& limit) override;
  util::Result<tree::Draft> materialize(const source::Resolved& wanted, const tree::Published* base,
                                        const tree::Turn& turn, const util::Limit& limit) override;
  util::Result<source::About> describe(const tree::Revision& revision,
                                       const util::Limit& limit) override;
  util::Result<void> reclaim(std::span<const tree::Revision> keep, source::Urgency urgency,
                             const util::Limit& limit) override;
  bool take_superseded(const tree::Published& old, const tree::Published& shown,
                       const util::Limit& limit) override;
  void prepare_next(const tree::Published& shown, const util::Limit& limit) override;
  void wait_for_change(const util::Limit& limit, const util::Event& wake) override;
  const util::Environment& hook_environment() const override { return options_.hook_environment; }

 private:
  util::Result<void> make_store(const std::optional<tree::Published>& shown);
  util::Result<void> leave_marker(const util::Limit& limit);
  util::Result<bool> is_untouched(const tree::Published& shown, const util::Limit& limit) const;
  util::Result<std::unique_ptr<tree::TreeContents>> contents_of(const tree::Revision& revision,
                                                                const tree::Published* base,
                                                                const util::Limit& limit);
  void note_refusal(const tree::Revision& revision, const util::Error& error);
  void remove_git_store(const util::Limit& limit);

  struct Refused {
    tree::Revision revision;
    util::Error error;
    int times = 1;          // with the same error, one after the other
    bool is_final = false;  // it would be again
  };

  const ObjectSourceOptions options_;
  const std::unique_ptr<Origin> origin_;
  const log::Logger log_;
  const tree::Root root_;
  const tree::TreeWriter writer_;
  std::optional<tree::RunMarker> marker_;
  std::optional<tree::Revision> shown_;     // in this pass
  std::optional<tree::Revision> prepared_;  // the tree for which there was a spare
  std::optional<Refused> refused_;          // for what is in it: not to be downloaded each time
  net::ServerWish wish_;
  bool distrusts_trees_ = false;  // those that were there at a start after a power cut
};

}  // namespace gitsync::objects
