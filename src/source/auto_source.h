// SPDX-License-Identifier: Apache-2.0
// The native engine before the git executable: each step of a pass is done without a process where
// its inputs are fully understood, and by the git source where not (docs/design.md#two-engines).

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "source/delegation.h"
#include "source/first_build.h"
#include "source/garbage.h"
#include "source/git_cli.h"
#include "source/native_builder.h"
#include "source/native_care.h"
#include "source/native_compaction.h"
#include "source/native_fetcher.h"
#include "source/native_resolver.h"
#include "source/power_cut.h"
#include "source/source.h"
#include "util/watched.h"

namespace gitsync::source {

struct AutoOptions {
  Engine engine = Engine::kAuto;
  std::string ref;
  std::int64_t depth = 1;
  bool has_hooks = false;  // that may run a git, which then finds the credentials in git's cache
  // --git-gc was given: it is followed after each change, as the contract says, instead of when
  // there is enough garbage.
  bool explicit_gc = false;
  NativeBuilderOptions builder = {};
  std::string init_for_git = {};     // see NativeCare
  std::string fetch_for_git = {};    // why git must fetch: a setting; empty: it need not
  std::string reclaim_for_git = {};  // why git must collect garbage: a setting; empty: it need not
};

class AutoSource final : public Source {
 public:
  // `git` was made with GitStart::kAtFirstUse. `metrics` outlives the source.
  AutoSource(AutoOptions options, tree::Layout layout, std::unique_ptr<GitCli> git,
             std::unique_ptr<NativeResolver> resolver, metrics::Metrics& metrics,
             const log::Logger& logger);

  util::Result<void> open(const std::optional<tree::Published>& shown,
                          const util::Limit& limit) override;
  util::Result<Resolved> resolve(const util::Limit& limit) override;
  util::Result<Health> inspect(const tree::Published& shown, Depth depth,
                               const util::Limit& limit) override;
  util::Result<void> restore(const tree::Published& shown, const util::Limit& limit) override;
  util::Result<tree::Draft> materialize(const Resolved& wanted, const tree::Published* base,
                                        const tree::Turn& turn, const util::Limit& limit) override;
  util::Result<About> describe(const tree::Revision& revision, const util::Limit& limit) override;
  util::Result<void> reclaim(std::span<const tree::Revision> keep, Urgency urgency,
                             const util::Limit& limit) override;
  bool take_superseded(const tree::Published& old, const tree::Published& shown,
                       const util::Limit& limit) override;
  void prepare_next(const tree::Published& shown, const util::Limit& limit) override;
  void wait_for_change(const util::Limit& limit, const util::Event& wake) override;
  const util::Environment& hook_environment() const override { return git_->hook_environment(); }

 private:
  util::Result<void> recover_from(PowerCut& power_cut, const std::optional<tree::Published>& shown,
                                  const util::Limit& limit);
  util::Result<void> adopt(const tree::Published& shown, const util::Limit& limit);
  util::Result<Resolved> resolve_natively(const util::Limit& limit);
  std::string doubt_about(const tree::Published& shown);
  bool has_wanted_depth();
  void note_depth();
  util::Result<Resolved> explain(util::Error error, const util::Limit& limit);
  util::Result<Resolved> resolve_by_git(const util::Limit& limit);
  util::Result<Resolved> fetch(const util::Limit& limit);
  // A hold on what was fetched; nothing if git has fetched `there`, perhaps a newer one.
  // `first`, which may be null, builds from what comes natively.
  util::Result<PackHold> get(Resolved& there, FirstBuild* first, const util::Limit& limit);
  util::Result<PackHold> fetch_natively(const Resolved& wanted, FirstBuild* first,
                                        const util::Limit& limit);
  util::Result<tree::Draft> build(const Resolved& there, const tree::Published* base,
                                  FirstBuild* first, const tree::Turn& turn,
                                  const util::Limit& limit);
  util::Result<tree::Draft> build_natively(const Resolved& there, const tree::Published* base,
                                           FirstBuild* first, const tree::Turn& turn,
                                           const util::Limit& limit);
  util::Result<NativeTree> build_tree(const Resolved& there, const tree::Published* base,
                                      FirstBuild* first, const tree::Turn& turn,
                                      const util::Limit& limit);
  // Remembers what may be wrong with the repository.
  template <typename T>
  util::Result<T> by_git(util::Result<T> result) {
    if (!result) note_failure_of_git(result.error());
    return result;
  }
  void note_failure_of_git(const util::Error& error);
  util::Result<void> collect(std::span<const tree::Revision> keep, Urgency urgency,
                             const util::Limit& limit);
  util::Result<void> put_off(util::Error error, Urgency urgency);
  util::Result<bool> collect_natively(std::span<const tree::Revision> keep, Urgency urgency,
                                      const util::Limit& limit);
  util::Result<void> get_ready_for_hooks(const util::Limit& limit);

  const AutoOptions options_;
  const tree::Layout layout_;
  const log::Logger log_;
  const std::unique_ptr<GitCli> git_;
  const std::unique_ptr<NativeResolver> resolver_;
  Delegation delegation_;
  NativeCare care_;
  const NativeFetcher fetcher_;
  NativeBuilder builder_;
  Garbage garbage_;
  NativeCompaction compaction_;
  std::optional<tree::Revision> shown_;     // in this pass
  std::optional<tree::Revision> resolved_;  // natively, the last time
  std::optional<tree::Revision> fetched_;   // in this pass
  std::optional<tree::Revision> prepared_;  // the tree for which there was a spare
  std::optional<PowerCut> power_cut_;       // from the first pass on
  bool recovered_ = false;                  // from what the processes before this one have left
  bool depth_is_known_ = false;             // the store was fetched with the wanted depth
  util::Watched seen_;                      // what says that a tree is whole
  std::optional<std::string> whole_;        // that tree
  struct Failure {
    std::string native;  // the message
    util::Error error;   // what git said
  };
  std::optional<Failure> failure_;  // of the last question to the server, if it failed
};

}  // namespace gitsync::source
