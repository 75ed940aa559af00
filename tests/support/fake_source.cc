// SPDX-License-Identifier: Apache-2.0
#include "support/fake_source.h"

#include <array>
#include <utility>

#include "util/files.h"

namespace gitsync::test {

using util::Result;

tree::Revision revision(char digit) { return {std::string(40, digit)}; }

FakeSource::FakeSource(tree::Layout layout, log::Logger logger)
    : layout_(std::move(layout)), log_(std::move(logger)) {}

void FakeSource::behave(Step step, Behaviour behaviour) {
  behaviours_[step] = std::move(behaviour);
}

int FakeSource::calls(Step step) const {
  const auto found = calls_.find(step);
  return found == calls_.end() ? 0 : found->second;
}

Result<void> FakeSource::begin(Step step, const util::Limit& limit) {
  ++calls_[step];
  const auto behaviour = behaviours_[step];
  return behaviour ? behaviour(limit) : Result<void>{};
}

Result<void> FakeSource::open(const std::optional<tree::Published>& /*shown*/,
                              const util::Limit& limit) {
  GS_TRY_VOID(begin(Step::kOpen, limit));
  return util::make_directories(layout_.store());
}

Result<source::Resolved> FakeSource::resolve(const util::Limit& limit) {
  GS_TRY_VOID(begin(Step::kResolve, limit));
  return source::Resolved{.revision = tip, .immutable = immutable};
}

Result<source::Health> FakeSource::inspect(const tree::Published& shown, source::Depth depth,
                                           const util::Limit& limit) {
  inspected_ = depth;
  GS_TRY_VOID(begin(Step::kInspect, limit));
  const bool whole = util::read_file(shown.tree + kFile).value_or("") == shown.revision->id;
  return whole ? source::Health::kWhole : source::Health::kDamaged;
}

Result<void> FakeSource::restore(const tree::Published& shown, const util::Limit& limit) {
  GS_TRY_VOID(begin(Step::kRestore, limit));
  return util::write_file(shown.tree + kFile, shown.revision->id);
}

Result<tree::Draft> FakeSource::materialize(const source::Resolved& wanted,
                                            const tree::Published* /*base*/, const tree::Turn& turn,
                                            const util::Limit& limit) {
  auto draft = tree::Draft::built(layout_, wanted.revision, turn, limit, log_);
  GS_TRY_VOID(util::remove_tree(draft.path()));
  GS_TRY_VOID(util::make_directories(draft.path()));
  GS_TRY_VOID(util::write_file(draft.path() + kFile, wanted.revision.id));
  GS_TRY_VOID(begin(Step::kMaterialize, limit));
  return draft;
}

Result<source::About> FakeSource::describe(const tree::Revision& revision,
                                           const util::Limit& /*limit*/) {
  if (!describes) return util::fail(util::ErrorKind::kNetwork, "as told");
  return source::About{.time = {}, .author = "fake", .subject = revision.id};
}

Result<void> FakeSource::reclaim(std::span<const tree::Revision> keep, source::Urgency urgency,
                                 const util::Limit& limit) {
  reclaimed_.push_back({{keep.begin(), keep.end()}, urgency});
  return begin(Step::kReclaim, limit);
}

void FakeSource::wait_for_change(const util::Limit& limit, const util::Event& wake) {
  if (instead_of_waiting) return instead_of_waiting(limit);
  Source::wait_for_change(limit, wake);
}

FakeSource::Behaviour fails(util::ErrorKind kind) {
  return [kind](const util::Limit&) -> Result<void> { return util::fail(kind, "as told"); };
}

FakeSource::Behaviour hangs() {
  return [](const util::Limit& limit) -> Result<void> {
    const util::Event never;
    const std::array<const util::Event*, 2> events{&never, limit.stop};
    util::wait_for_any(std::span(events).first(limit.stop == nullptr ? 1 : 2), limit.deadline);
    return limit.check();
  };
}

FakeSource::Behaviour is_interrupted(const util::Event& stop) {
  return [&stop](const util::Limit& limit) -> Result<void> {
    stop.set();
    return limit.check();
  };
}

FakeSource::Behaviour does(std::function<void()> damage) {
  return [damage = std::move(damage)](const util::Limit&) -> Result<void> {
    damage();
    return {};
  };
}

}  // namespace gitsync::test
