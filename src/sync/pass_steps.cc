// SPDX-License-Identifier: Apache-2.0
// The steps of a pass (sync/pass.cc), in its order.
#include <utility>

#include "sync/pass.h"
#include "tree/set_aside.h"
#include "util/files.h"

namespace gitsync::sync {

using util::Result;
using util::SteadyClock;

namespace {

// For the log: the revision that is shown, or nothing.
std::string local_of(const std::optional<tree::Published>& shown) {
  return shown && shown->revision ? shown->revision->id : "";
}

}  // namespace

Pass::Pass(PassOptions options, const PassParts& parts, log::Logger logger)
    : options_(std::move(options)),
      source_(parts.source),
      credentials_(parts.credentials),
      metrics_(parts.metrics),
      notifier_(parts.notifier),
      log_(std::move(logger)),
      turns_(options_.layout, log_),
      root_(options_.layout, log_),
      publisher_(options_.layout, options_.link, log_),
      disk_full_(source_, log_),
      finisher_(options_, source_, metrics_, log_) {}

Result<void> Pass::open(Findings& now, const util::Limit& limit) {
  log_.info(3, "syncing", {{"ref", options_.ref}});
  auto link = publisher_.current();
  GS_TRY_VOID(source_.open(link.value_or(std::nullopt), limit));
  // Something else in the link's place may have gone while a foreign root was cleared.
  if (!link) link = publisher_.current();
  GS_TRY(now.shown, std::move(link));
  log_.info(3, "current state",
            {{"local", local_of(now.shown)}, {"tree", now.shown ? now.shown->tree : ""}});
  return {};
}

Result<void> Pass::resolve(Findings& now, const util::Limit& limit) {
  const auto start = SteadyClock::now();
  GS_TRY(now.wanted, source_.resolve(limit));
  now.report = {.revision = now.wanted->revision,
                .tree = options_.layout.tree(now.wanted->revision),
                .immutable = now.wanted->immutable,
                .fetch = SteadyClock::now() - start};
  return {};
}

log::Fields Pass::state_of(const Findings& now) const {
  return {{"ref", options_.ref},
          {"local", local_of(now.shown)},
          {"remote", now.report.revision.id},
          {"syncCount", updates_}};
}

// What is published may have been damaged since it was.
Result<bool> Pass::shows_what_is_wanted(Findings& now, const util::Limit& limit) {
  const auto& shown = now.shown;
  bool whole = false;
  if (shown && shown->revision == now.report.revision &&
      util::is_real_directory(options_.layout.trees())) {
    const auto depth = first_ ? source::Depth::kStart : source::Depth::kPoll;
    GS_TRY(const auto health, source_.inspect(*shown, depth, limit));
    whole = health == source::Health::kWhole;
    if (!whole) {
      log_.info(0, "published worktree failed its check: building it anew beside",
                {{"path", shown->tree}});
    }
  }
  const bool up_to_date = whole && shown->tree == now.report.tree;
  if (up_to_date && !first_) {
    log_.info(2, "update not required", state_of(now));
    return true;
  }
  log_.info(0, "update required", state_of(now));
  metrics_.update_fetched();
  return up_to_date;
}

Result<void> Pass::restore(Findings& now, const util::Limit& limit) {
  const auto start = SteadyClock::now();
  // NOLINTNEXTLINE(bugprone-unchecked-optional-access): shows_what_is_wanted() has seen it
  GS_TRY_VOID(source_.restore(*now.shown, limit));
  now.report.build = SteadyClock::now() - start;
  return {};
}

Result<tree::Draft> Pass::materialize(Findings& now, const util::Limit& limit) {
  const auto start = SteadyClock::now();
  GS_TRY_VOID(make_place(now));
  const auto* base = now.shown ? &*now.shown : nullptr;
  // NOLINTNEXTLINE(bugprone-unchecked-optional-access): resolve() has set it
  GS_TRY(auto draft, source_.materialize(*now.wanted, base, now.turn, limit));
  GS_TRY_VOID(limit.check());
  now.report.revision = draft.revision();
  now.report.tree = draft.path();
  now.report.build = SteadyClock::now() - start;
  return draft;
}

// Only a tree that failed its check is published and yet to be built anew in its own place.
Result<void> Pass::make_place(const Findings& now) {
  GS_TRY_VOID(root_.claim_trees());
  const bool in_the_way =
      now.shown && now.shown->tree == now.report.tree && util::exists(now.report.tree);
  if (!in_the_way) return {};
  GS_TRY_VOID(now.turn.check());
  return tree::set_aside(options_.layout, now.report.revision, publisher_);
}

Result<void> Pass::publish(Findings& now, tree::Draft draft) {
  const auto start = SteadyClock::now();
  GS_TRY_VOID(now.turn.check());
  GS_TRY_VOID(publisher_.flip(draft.path()));
  draft.keep();
  now.report.publish = SteadyClock::now() - start;
  return {};
}

// What is said of the revision is asked for here, as the source belongs to this thread. If it does
// not tell, the next pass asks again.
void Pass::offer_snapshot(const Findings& now, const util::Limit& limit) {
  owes_snapshot_ = false;
  if (notifier_.publications.empty()) return;
  const auto about = source_.describe(now.report.revision, limit);
  if (!about) {
    log_.error("cannot publish a snapshot yet", about.error(), {{"hash", now.report.revision.id}});
    owes_snapshot_ = true;
    return;
  }
  notifier_.offer(now.report.revision, now.report.tree, *about);
}

}  // namespace gitsync::sync
