// SPDX-License-Identifier: Apache-2.0
// The step materialize of source/auto_source.h: fetch what is wanted, build its tree.
#include <utility>

#include "source/auto_source.h"
#include "source/git_faults.h"

namespace gitsync::source {

using util::Result;

Result<tree::Draft> AutoSource::materialize(const Resolved& wanted, const tree::Published* base,
                                            const tree::Turn& turn, const util::Limit& limit) {
  Resolved there = wanted;
  std::optional<FirstBuild> first;
  if (base == nullptr && !shown_) first.emplace(builder_, wanted.revision, limit);
  GS_TRY([[maybe_unused]] const auto hold, get(there, first ? &*first : nullptr, limit));
  GS_TRY(auto draft, build(there, base, first ? &*first : nullptr, turn, limit));
  GS_TRY_VOID(get_ready_for_hooks(limit));
  return draft;
}

Result<PackHold> AutoSource::get(Resolved& there, FirstBuild* first, const util::Limit& limit) {
  if (fetched_ == there.revision) return PackHold();
  auto hold = fetch_natively(there, first, limit);
  if (hold) {
    delegation_.did_natively("fetch");
    care_.accept_packs();
    note_depth();
    fetched_ = there.revision;
    return hold;
  }
  if (first != nullptr) first->give_up();
  util::Error error = blame_root(std::move(hold).error());
  if (is_not_understood(error)) {
    GS_TRY_VOID(delegation_.to_git("fetch", error));
    GS_TRY(there, fetch(limit));
    return PackHold();
  }
  // Not the server's.
  const bool ours = error.kind == util::ErrorKind::kLocal || error.kind == util::ErrorKind::kMoved;
  if (ours) return util::fail(std::move(error));
  GS_TRY(there, explain(git_->explain(std::move(error)), limit));
  return PackHold();
}

Result<PackHold> AutoSource::fetch_natively(const Resolved& wanted, FirstBuild* first,
                                            const util::Limit& limit) {
  if (!options_.fetch_for_git.empty()) return not_understood(options_.fetch_for_git);
  const auto& tip = resolver_->wanted();
  if (resolver_->server() == nullptr || resolved_ != wanted.revision || !tip) {
    return not_understood("git has resolved the ref");
  }
  const auto id = git::ObjectId::from_hex(tip->hex());
  if (!id) return not_understood("the commit has no SHA-1");
  const auto shown = shown_ ? git::ObjectId::from_hex(shown_->id) : std::nullopt;
  if (first != nullptr) GS_TRY_VOID(first->start());
  return fetcher_.fetch(*resolver_->server(), *id, shown ? &*shown : nullptr,
                        first != nullptr ? &first->observer() : nullptr, limit);
}

Result<tree::Draft> AutoSource::build(const Resolved& there, const tree::Published* base,
                                      FirstBuild* first, const tree::Turn& turn,
                                      const util::Limit& limit) {
  auto built = build_natively(there, base, first, turn, limit);
  if (built) {
    delegation_.did_natively("build");
    return built;
  }
  garbage_.forget();  // what was fetched for it
  // Objects that are damaged or missing.
  if (built.error().kind == util::ErrorKind::kCorrupt ||
      built.error().kind == util::ErrorKind::kNotFound) {
    care_.doubt();
  }
  if (!is_not_understood(built.error())) {
    return util::fail(git_->explain(blame_root(std::move(built).error())));
  }
  GS_TRY_VOID(delegation_.to_git("build", built.error()));
  return by_git(git_->materialize(there, base, turn, limit));
}

Result<tree::Draft> AutoSource::build_natively(const Resolved& there, const tree::Published* base,
                                               FirstBuild* first, const tree::Turn& turn,
                                               const util::Limit& limit) {
  GS_TRY(auto built, build_tree(there, base, first, turn, limit));
  if (built.dead) garbage_.note(*built.dead, built.live);
  git_->root().trust(built.draft.path());
  if (git_->root().was_replaced()) {
    return util::fail(util::ErrorKind::kMoved,
                      "the repository in " + layout_.root + " was replaced during the pass");
  }
  return std::move(built.draft);
}

Result<NativeTree> AutoSource::build_tree(const Resolved& there, const tree::Published* base,
                                          FirstBuild* first, const tree::Turn& turn,
                                          const util::Limit& limit) {
  // What another link shows, or did before the ref went back. If it is not whole, git repairs it.
  if (util::exists(layout_.tree(there.revision))) {
    return builder_.take_standing(there.revision, limit);
  }
  if (first != nullptr && first->is_of(there.revision)) {
    auto written = first->finish();
    if (written) return builder_.complete(std::move(*written), turn, limit);
    log_.info(2, "not built while it arrived", {{"reason", written.error().message}});
  }
  return builder_.build(there.revision, base, turn, limit);
}

// They may run git, which asks its cache.
Result<void> AutoSource::get_ready_for_hooks(const util::Limit& limit) {
  if (!options_.has_hooks) return {};
  return git_->hand_over_credentials(limit);
}

}  // namespace gitsync::source
