// SPDX-License-Identifier: Apache-2.0
// A source without git, for tests of what is built on sources. A tree of it is a folder with one
// file that holds the revision. Each step can be made to fail, hang, be interrupted or do damage.

#pragma once

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "log/logger.h"
#include "source/source.h"
#include "tree/layout.h"

namespace gitsync::test {

// The steps of a source, in the order of a pass.
enum class Step { kOpen, kResolve, kInspect, kRestore, kMaterialize, kReclaim };

// "aaaa…", as long as a commit hash.
tree::Revision revision(char digit);

// Thread-safety: none.
class FakeSource final : public source::Source {
 public:
  // What a step does before its own work; an error is the result of the step.
  using Behaviour = std::function<util::Result<void>(const util::Limit&)>;

  FakeSource(tree::Layout layout, log::Logger logger);

  // What resolve() answers.
  tree::Revision tip = revision('a');
  bool immutable = false;
  // Whether describe() succeeds.
  bool describes = true;

  // Sets the behaviour of a step from now on; nothing makes it normal again.
  void behave(Step step, Behaviour behaviour);
  int calls(Step step) const;
  // What reclaim() was told to keep, and how urgently.
  struct Reclaimed {
    std::vector<tree::Revision> keep;
    source::Urgency urgency;
  };
  const std::vector<Reclaimed>& reclaimed() const { return reclaimed_; }
  // How closely the last inspect() was asked to look.
  source::Depth inspected() const { return inspected_; }
  // Called instead of waiting in a pause, if set, with the limit of the pause.
  std::function<void(const util::Limit&)> instead_of_waiting;

  util::Result<void> open(const std::optional<tree::Published>& shown,
                          const util::Limit& limit) override;
  util::Result<source::Resolved> resolve(const util::Limit& limit) override;
  util::Result<source::Health> inspect(const tree::Published& shown, source::Depth depth,
                                       const util::Limit& limit) override;
  util::Result<void> restore(const tree::Published& shown, const util::Limit& limit) override;
  // The file is written before the step's behaviour, so that a failure leaves half a tree.
  util::Result<tree::Draft> materialize(const source::Resolved& wanted, const tree::Published* base,
                                        const tree::Turn& turn, const util::Limit& limit) override;
  util::Result<source::About> describe(const tree::Revision& revision,
                                       const util::Limit& limit) override;
  util::Result<void> reclaim(std::span<const tree::Revision> keep, source::Urgency urgency,
                             const util::Limit& limit) override;
  void wait_for_change(const util::Limit& limit, const util::Event& wake) override;
  const util::Environment& hook_environment() const override { return environment_; }

  static constexpr const char* kFile = "/file";

 private:
  util::Result<void> begin(Step step, const util::Limit& limit);

  const tree::Layout layout_;
  const log::Logger log_;
  const util::Environment environment_;
  std::map<Step, Behaviour> behaviours_;
  std::map<Step, int> calls_;
  std::vector<Reclaimed> reclaimed_;
  source::Depth inspected_ = source::Depth::kStart;
};

// Behaviours.
FakeSource::Behaviour fails(util::ErrorKind kind = util::ErrorKind::kNetwork);
FakeSource::Behaviour hangs();  // until the limit ends it
// Asks the process to stop in the middle of the step, as SIGTERM does.
FakeSource::Behaviour is_interrupted(const util::Event& stop);
// Does something behind everybody's back; the step itself succeeds.
FakeSource::Behaviour does(std::function<void()> damage);

}  // namespace gitsync::test
