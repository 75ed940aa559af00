// SPDX-License-Identifier: Apache-2.0
#include "source/auto_source.h"

#include <utility>

#include "cli/stale_locks.h"
#include "git/oid.h"
#include "source/git_faults.h"
#include "source/native_about.h"
#include "source/native_look.h"
#include "source/store_note.h"
#include "source/worktree_pointers.h"
#include "util/files.h"

namespace gitsync::source {

using util::Result;

namespace {

constexpr std::string_view kDepth = "depth";  // the note

}  // namespace

AutoSource::AutoSource(AutoOptions options, tree::Layout layout, std::unique_ptr<GitCli> git,
                       std::unique_ptr<NativeResolver> resolver, metrics::Metrics& metrics,
                       const log::Logger& logger)
    : options_(std::move(options)),
      layout_(std::move(layout)),
      log_(logger),
      git_(std::move(git)),
      resolver_(std::move(resolver)),
      delegation_(options_.engine, metrics, logger),
      care_(layout_, git_->care(), options_.init_for_git, delegation_, logger),
      fetcher_(layout_, options_.depth, logger),
      builder_(layout_, options_.builder, logger),
      garbage_(layout_, logger),
      compaction_(layout_, logger) {}

void AutoSource::note_failure_of_git(const util::Error& error) {
  switch (error.kind) {
    case util::ErrorKind::kLocal:
    case util::ErrorKind::kCorrupt:
    case util::ErrorKind::kProtocol:
      care_.doubt();
      break;
    default:
      break;
  }
}

Result<void> AutoSource::open(const std::optional<tree::Published>& shown,
                              const util::Limit& limit) {
  shown_ = shown ? shown->revision : std::nullopt;
  fetched_.reset();
  GS_TRY_VOID(git_->begin_pass());
  PowerCut& power_cut = power_cut_ ? *power_cut_ : power_cut_.emplace(layout_, log_);
  power_cut.mend_pointers(shown);
  auto usable = git_->make_usable(shown, care_, limit);
  if (!usable) return util::fail(blame_root(std::move(usable).error()));
  if (power_cut.is_to_be_mended()) GS_TRY_VOID(recover_from(power_cut, shown, limit));
  if (std::exchange(recovered_, true)) return {};
  compaction_.recover();
  sweep_notes(layout_);
  const auto recovered = builder_.writer().recover(limit);
  if (!recovered) log_.error("cannot remove what a killed process has left", recovered.error());
  return limit.check();
}

// Before the server is asked, which may be away: all that is needed is here.
Result<void> AutoSource::recover_from(PowerCut& power_cut,
                                      const std::optional<tree::Published>& shown,
                                      const util::Limit& limit) {
  GS_TRY_VOID(builder_.writer().drop_spare(limit));
  if (shown && shown->revision && git_->root().may_know(shown->tree)) {
    GS_TRY(const bool whole, power_cut.is_whole(*shown, limit));
    if (!whole) {
      delegation_.always_to_git("restore");
      const auto restored = by_git(git_->restore(*shown, limit));
      if (!restored) log_.error("cannot restore the published tree", restored.error());
    }
    GS_TRY_VOID(adopt(*shown, limit));
  }
  GS_TRY_VOID(limit.check());
  power_cut.is_over();
  return {};
}

// What was lost may have been the manifest; without it the next start would need git, and the next
// update would write the whole tree.
Result<void> AutoSource::adopt(const tree::Published& shown, const util::Limit& limit) {
  GS_TRY(const bool untouched, builder_.is_untouched(shown, limit));
  if (untouched) return {};
  const auto adopted = builder_.adopt(shown, limit);
  if (!adopted) {
    log_.info(2, "the published tree is not built upon", {{"reason", adopted.error().message}});
  }
  return {};
}

Result<Resolved> AutoSource::resolve(const util::Limit& limit) {
  auto resolved = resolve_natively(limit);
  if (resolved) {
    delegation_.did_natively("resolve");
    failure_.reset();
    resolved_ = resolved->revision;
    return resolved;
  }
  if (git::Oid::parse(options_.ref)) return resolved;  // it was git that asked
  if (is_not_understood(resolved.error())) {
    GS_TRY_VOID(delegation_.to_git("resolve", resolved.error()));
    return resolve_by_git(limit);
  }
  return explain(git_->explain(std::move(resolved).error()), limit);
}

// People know git's words for what fails, and search for them. Git is asked once in each run of
// equal failures, but no server that has too much to do; where it succeeds, the better.
Result<Resolved> AutoSource::explain(util::Error error, const util::Limit& limit) {
  const bool final = error.kind == util::ErrorKind::kStopped || !limit.check();
  const bool busy = error.cause == util::Cause::kRateLimited || resolver_->is_to_wait();
  if (final || busy || options_.engine == Engine::kNative) return util::fail(std::move(error));
  if (failure_ && failure_->native == error.message) return util::fail(failure_->error);
  log_.info(1, "git asks the server, too", {{"reason", error.message}});
  delegation_.always_to_git("resolve");
  auto resolved = resolve_by_git(limit);
  failure_.reset();
  if (!resolved) failure_ = Failure{.native = std::move(error.message), .error = resolved.error()};
  return resolved;
}

Result<Resolved> AutoSource::resolve_natively(const util::Limit& limit) {
  // What a hash names never changes. To get it is for git: its own checks of hashes then hold.
  if (git::Oid::parse(options_.ref)) {
    if (shown_ && shown_->id == options_.ref) return Resolved{*shown_, true};
    return resolve_by_git(limit);
  }
  if (shown_ && !has_wanted_depth()) return not_understood("--depth is not that of the last fetch");
  return resolver_->resolve(git_->ssh_command(), limit);
}

// Only a fetch changes how much history there is.
bool AutoSource::has_wanted_depth() {
  if (depth_is_known_) return true;
  depth_is_known_ = read_note(layout_, kDepth) == std::to_string(options_.depth);
  return depth_is_known_;
}

// git resolves by a fetch.
Result<Resolved> AutoSource::resolve_by_git(const util::Limit& limit) {
  delegation_.always_to_git("fetch");
  return fetch(limit);
}

Result<Resolved> AutoSource::fetch(const util::Limit& limit) {
  GS_TRY(auto resolved, by_git(git_->resolve(limit)));
  care_.accept_packs();
  note_depth();
  fetched_ = resolved.revision;
  return resolved;
}

void AutoSource::note_depth() {
  const auto noted = write_note(layout_, kDepth, std::to_string(options_.depth));
  if (!noted) log_.error("cannot note the depth of the history", noted.error());
  depth_is_known_ = true;
}

Result<Health> AutoSource::inspect(const tree::Published& shown, Depth depth,
                                   const util::Limit& limit) {
  const auto doubt = doubt_about(shown);
  if (doubt.empty()) {
    delegation_.did_natively("inspect");
    return Health::kWhole;
  }
  log_.info(1, "git checks the published tree", {{"path", shown.tree}, {"reason", doubt}});
  delegation_.always_to_git("inspect");
  return by_git(git_->inspect(shown, depth, limit));
}

// Reads only what is another one than at the last look.
std::string AutoSource::doubt_about(const tree::Published& shown) {
  if (!git_->root().may_know(shown.tree)) return "it is not one of the repository's";
  if (whole_ == shown.tree && !seen_.has_changed()) return "";
  whole_.reset();
  if (!shown.revision) return find_doubt_about(layout_, shown);
  const std::string metadata = layout_.store() + "/worktrees/" + shown.revision->id;
  seen_.forget();
  for (const auto& path : {shown.tree + "/.git", metadata + "/HEAD", metadata + "/index"}) {
    seen_.add(path);
  }
  auto doubt = find_doubt_about(layout_, shown);
  if (doubt.empty() && !has_readable_index(layout_, *shown.revision))
    doubt = "its index cannot be read";
  if (doubt.empty()) whole_ = shown.tree;
  return doubt;
}

Result<void> AutoSource::restore(const tree::Published& shown, const util::Limit& limit) {
  GS_TRY(const bool untouched, builder_.is_untouched(shown, limit));
  if (untouched) {
    delegation_.did_natively("restore");
    return get_ready_for_hooks(limit);
  }
  log_.info(1, "git restores the published tree", {{"path", shown.tree}});
  delegation_.always_to_git("restore");
  return by_git(git_->restore(shown, limit));
}

// Replacements do not count here, which show another commit than the one that is named.
Result<About> AutoSource::describe(const tree::Revision& revision, const util::Limit& limit) {
  if (auto about = native_about(layout_, revision)) return about;
  return git_->describe(revision, limit);
}

Result<void> AutoSource::reclaim(std::span<const tree::Revision> keep, Urgency urgency,
                                 const util::Limit& limit) {
  if (urgency == Urgency::kDiskFull) {
    GS_TRY_VOID(builder_.writer().drop_spare(limit));
  } else {
    GS_TRY_VOID(builder_.writer().tidy(limit));
    builder_.prune_metadata();
    if (!options_.explicit_gc && !garbage_.is_worth_it()) return {};
  }
  return collect(keep, urgency, limit);
}

Result<void> AutoSource::collect(std::span<const tree::Revision> keep, Urgency urgency,
                                 const util::Limit& limit) {
  if (options_.explicit_gc) {
    delegation_.always_to_git("reclaim");
  } else {
    auto all = collect_natively(keep, urgency, limit);
    if (all) {
      delegation_.did_natively("reclaim");
      care_.accept_packs();
      if (*all) garbage_.collected();
      return {};
    }
    if (!is_not_understood(all.error())) return put_off(std::move(all).error(), urgency);
    GS_TRY_VOID(delegation_.to_git("reclaim", all.error()));
  }
  GS_TRY_VOID(by_git(git_->reclaim(keep, urgency, limit)));
  care_.accept_packs();
  garbage_.collected();
  return {};
}

// The next pass tries again.
Result<void> AutoSource::put_off(util::Error error, Urgency urgency) {
  if (error.kind == util::ErrorKind::kCorrupt || error.kind == util::ErrorKind::kNotFound) {
    care_.doubt();
    return util::fail(std::move(error));
  }
  // Some packs may have gone.
  care_.accept_packs();
  if (error.kind != util::ErrorKind::kBusy || urgency == Urgency::kDiskFull) {
    return util::fail(std::move(error));
  }
  log_.info(1, "garbage stays for now", {{"reason", error.message}});
  return {};
}

// Returns whether all garbage has gone.
Result<bool> AutoSource::collect_natively(std::span<const tree::Revision> keep, Urgency urgency,
                                          const util::Limit& limit) {
  if (!options_.reclaim_for_git.empty()) return not_understood(options_.reclaim_for_git);
  const bool is_full = urgency == Urgency::kDiskFull;
  if (is_full) {
    if (!git_->root().is_checked()) return true;
    log_.info(0, "the disk is full: removing what is not published", {{"root", layout_.root}});
    cli::remove_stale_locks(layout_.root, log_);
    builder_.prune_metadata();
    // The private branch may lead to the commit that did not fit.
    GS_TRY_VOID(compaction_.move_branch(keep.empty() ? std::nullopt : std::optional(keep.front())));
  }
  return compaction_.run(keep, is_full, limit);
}

bool AutoSource::take_superseded(const tree::Published& old, const tree::Published& shown,
                                 const util::Limit& limit) {
  const auto taken = builder_.writer().offer_spare(old, shown, limit);
  if (!taken) log_.error("cannot keep an old worktree for the next update", taken.error());
  return taken.value_or(false);
}

void AutoSource::prepare_next(const tree::Published& shown, const util::Limit& limit) {
  // Once for each tree: most polls find nothing to do.
  if (!shown.revision || shown.revision == prepared_) return;
  prepared_ = shown.revision;
  const auto prepared = builder_.writer().prepare_spare(shown, limit);
  if (!prepared) log_.error("cannot prepare for the next update", prepared.error());
}

void AutoSource::wait_for_change(const util::Limit& limit, const util::Event& wake) {
  Source::wait_for_change(resolver_->pause(limit), wake);
}

}  // namespace gitsync::source
