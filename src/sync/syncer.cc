// SPDX-License-Identifier: Apache-2.0
#include "sync/syncer.h"

#include <algorithm>
#include <cerrno>
#include <initializer_list>
#include <string_view>
#include <utility>

#include "git/credential_store.h"
#include "git/diagnosis.h"
#include "sync/auth_hint.h"
#include "util/files.h"
#include "util/paths.h"
#include "worktree/set_aside.h"

namespace gitsync::sync {

using util::Result;
using util::SteadyClock;
using worktree::Build;
using worktree::Published;

namespace {

// For making room after a pass that may have used up its own time.
constexpr std::chrono::seconds kRoomLimit{60};

bool has_any(std::string_view text, std::initializer_list<std::string_view> parts) {
  return std::ranges::any_of(
      parts, [&](std::string_view part) { return text.find(part) != std::string_view::npos; });
}

// Git does not always give the reason why it could not write a file of the tree, and by then it has
// removed its own temporary files.
bool is_disk_full(const util::Error& error, const std::string& root) {
  constexpr double kHardlyAnything = 0.05;
  if (error.sys_errno == ENOSPC || error.sys_errno == EDQUOT) return true;
  if (has_any(error.message, {"No space left on device", "Disk quota exceeded"})) return true;
  return has_any(error.message, {"unable to write", "unable to create", "failed to write"}) &&
         util::free_part_of_disk(root) < kHardlyAnything;
}

// A server's refusal kills no git of ours, and a hook's git may hold a lock rightfully.
bool may_have_killed_git(const util::Error& error) {
  switch (error.kind) {
    case util::ErrorKind::kNetwork:
    case util::ErrorKind::kAuth:
    case util::ErrorKind::kNotFound:
    case util::ErrorKind::kProtocol:
    case util::ErrorKind::kInvalid:
    case util::ErrorKind::kBusy:
      return false;
    case util::ErrorKind::kTimeout:
    case util::ErrorKind::kStopped:
    case util::ErrorKind::kCorrupt:
    case util::ErrorKind::kLocal:
      break;
  }
  return true;
}

// NFS without its lock daemon, and some FUSE file systems.
bool volume_lacks_locks(int code) {
  return code == ENOLCK || code == ENOSYS || code == EOPNOTSUPP || code == EINVAL;
}

}  // namespace

Syncer::Syncer(SyncerParts parts, log::Logger logger)
    : parts_(std::move(parts)), log_(std::move(logger)) {}

Result<PassReport> Syncer::sync_once(const util::Limit& limit) {
  tip_.reset();
  half_built_.clear();
  GS_TRY_VOID(parts_.config.restore());
  auto report = run_steps(limit);
  locks_suspect_ = !report && may_have_killed_git(report.error());
  if (report) {
    made_room_for_.clear();
  } else if (in_turn_) {
    tidy_after(report.error(), limit);
  }
  return report;
}

void Syncer::tidy_after(util::Error& error, const util::Limit& limit) {
  const auto published = parts_.publisher.current();
  if (limit.stopped() || !published) return;
  const bool full = is_disk_full(error, parts_.layout.root);
  if (full && error.hint.empty()) error.hint = git::kDiskFullHint;
  // Half a tree, or a whole one that could not be published, would only take room.
  const std::string shown = published->value_or(worktree::Published{}).tree;
  if (!half_built_.empty() && !util::is_within(half_built_, shown)) {
    if (const auto removed = util::remove_tree(half_built_); !removed) {
      log_.error("cannot remove an unfinished worktree", removed.error());
    }
  }
  if (!full) return;
  parts_.repository.remove_left_behind();
  // Once for each commit that does not fit: it has to be fetched again afterwards.
  const std::string key = tip_ ? tip_->hex() : "unknown";
  if (std::exchange(made_room_for_, key) == key) return;
  const util::Limit own = util::Limit{.stop = limit.stop}.within(kRoomLimit);
  if (const auto made = parts_.retirer.make_room(*published, own); !made) {
    log_.error("cannot make room on the full disk", made.error());
  }
}

Result<PassReport> Syncer::run_steps(const util::Limit& limit) {
  log_.info(3, "syncing", {{"ref", parts_.ref}});
  GS_TRY(const auto credentials, parts_.credentials.for_pass(limit));
  GS_TRY_VOID(git::store_credentials(parts_.git, credentials, limit, log_));
  GS_TRY_VOID(take_turn(limit));
  // Not in every pass: a hook's git may hold a lock rightfully.
  if (locks_suspect_) parts_.repository.remove_left_behind();
  auto link = parts_.publisher.current();
  GS_TRY_VOID(parts_.root.ensure_usable(link.value_or(std::nullopt), limit));
  // What is no link may have gone with all else in a root that was not ours.
  if (!link) link = parts_.publisher.current();
  GS_TRY(const auto published, std::move(link));
  const std::string local = published && published->commit ? published->commit->hex() : "";
  log_.info(3, "current state", {{"local", local}, {"tree", published ? published->tree : ""}});

  // Ask and get: what does the ref name, and its objects.
  const auto start = SteadyClock::now();
  auto resolved = parts_.engine.remote->resolve(limit);
  if (!resolved) return util::fail(explain(std::move(resolved).error(), credentials));
  const git::Oid tip = *resolved;
  tip_ = tip;
  PassReport report{.commit = tip, .tree = parts_.layout.tree(tip)};

  // Compare with what is published, which may have been damaged meanwhile.
  bool sane = false;
  if (published && published->commit == tip && util::is_real_directory(parts_.layout.trees())) {
    GS_TRY(sane, is_sane(*published, tip, limit));
  }
  report.changed = !sane || published->tree != report.tree;
  const log::Fields state{
      {"ref", parts_.ref}, {"local", local}, {"remote", tip.hex()}, {"syncCount", sync_count_}};
  if (!report.changed && updated_) {
    log_.info(2, "update not required", state);
    return report;
  }
  log_.info(0, "update required", state);
  parts_.metrics.update_fetched();
  GS_TRY_VOID(parts_.engine.remote->fetch(tip, limit));
  report.fetch = SteadyClock::now() - start;

  // Build beside the live tree, show it by one rename, and tell.
  auto built = build_and_publish(published ? &*published : nullptr, report, limit);
  // With --filter git fetches what it lacks here, and may be refused.
  if (!built) return util::fail(explain(std::move(built).error(), credentials));
  parts_.notifier.published(tip);
  if (!updated_ && parts_.notifier.on_ready) parts_.notifier.on_ready();
  updated_ = true;
  ++sync_count_;
  log_.info(0, "updated successfully",
            {{"ref", parts_.ref}, {"remote", tip.hex()}, {"syncCount", sync_count_}});
  if (published && published->tree != report.tree) parts_.retirer.retire(*published);
  parts_.root.forget_old_repositories();
  return report;
}

util::Error Syncer::explain(util::Error error,
                            const std::vector<auth::Credential>& credentials) const {
  if (error.kind != util::ErrorKind::kAuth || !error.hint.empty()) return error;
  error.hint = auth_hint(credentials, parts_.repo);
  return error;
}

Result<void> Syncer::build_and_publish(const Published* old, PassReport& report,
                                       const util::Limit& limit) {
  const std::string& tree = report.tree;
  const auto start = SteadyClock::now();
  GS_TRY_VOID(parts_.root.trust(tree));
  GS_TRY_VOID(parts_.root.claim_trees());
  // Only a tree that failed its check is published and yet to be built anew in its own place.
  if (report.changed && old != nullptr && old->tree == tree && util::exists(tree)) {
    GS_TRY_VOID(worktree::set_aside(parts_.layout, report.commit, parts_.publisher));
  }
  GS_TRY_VOID(build(report, limit));
  const auto built = SteadyClock::now();
  report.build = built - start;
  if (report.changed) {
    GS_TRY_VOID(limit.check());
    parts_.notifier.about_to_publish(report.commit);
    GS_TRY_VOID(parts_.publisher.flip(tree));
  }
  report.publish = SteadyClock::now() - built;
  return {};
}

Result<void> Syncer::build(const PassReport& report, const util::Limit& limit) {
  auto& checkout = *parts_.engine.checkout;
  GS_TRY_VOID(checkout.check_settings());
  if (!report.changed) return checkout.prepare(report.commit, Build::kRefresh, limit);
  // A whole tree that another link may show, or that a killed process left, is not built again: its
  // readers would see it go.
  GS_TRY(const bool whole, checkout.is_whole(report.commit, limit));
  if (whole) {
    log_.info(1, "this commit is checked out already", {{"path", report.tree}});
    auto taken = checkout.prepare(report.commit, Build::kRefresh, limit);
    if (taken || !limit.check() || is_disk_full(taken.error(), parts_.layout.root)) return taken;
    log_.error("cannot use the worktree that is there: building it anew", taken.error(),
               {{"path", report.tree}});
  }
  half_built_ = report.tree;
  return checkout.prepare(report.commit, Build::kFresh, limit);
}

Result<bool> Syncer::is_sane(const Published& published, const git::Oid& tip,
                             const util::Limit& limit) const {
  auto checked = parts_.repository.has_checked_out(published.tree, tip, limit);
  // Somebody may remove it while it is looked at.
  if (!checked && limit.check() && !util::is_real_directory(published.tree)) checked = false;
  GS_TRY(const bool sane, std::move(checked));
  if (!sane) {
    log_.info(0, "published worktree failed its check: building it anew beside",
              {{"path", published.tree}});
  }
  return sane;
}

Result<void> Syncer::take_turn(const util::Limit& limit) {
  if (in_turn_) return {};
  // The root may have been deleted since the last pass.
  GS_TRY_VOID(util::make_directories(parts_.layout.root));
  auto lock = util::DirLock::try_acquire(parts_.layout.lock_file());
  if (!lock && lock.error().kind == util::ErrorKind::kBusy) {
    log_.info(0, "another git-sync works on this root: waiting for its pass to end",
              {{"root", parts_.layout.root}});
    lock = util::DirLock::acquire(parts_.layout.lock_file(), limit);
  }
  if (!lock && volume_lacks_locks(lock.error().sys_errno)) {
    if (!std::exchange(lock_missed_, true)) {
      log_.info(0, "this volume has no locks: several git-syncs on it cannot take turns",
                {{"root", parts_.layout.root}});
    }
    in_turn_ = true;
    return {};
  }
  if (!lock) {
    auto error = std::move(lock).error();
    if (error.sys_errno == EACCES || error.sys_errno == EROFS || error.sys_errno == EPERM) {
      error.hint =
          "this user may not write into --root: set the pod's fsGroup, or run as the "
          "volume's owner";
    }
    return util::fail(std::move(error));
  }
  turn_ = std::move(*lock);
  in_turn_ = true;
  return {};
}

Result<void> Syncer::clean_up(const util::Limit& limit) {
  GS_TRY(const auto published, parts_.publisher.current());
  // Whoever re-pointed the link meanwhile must not cost the tree that was just published.
  if (!published || !tip_ || published->tree != parts_.layout.tree(*tip_)) return {};
  auto cleaned = parts_.retirer.clean_up(*published, limit);
  // An error of the system is about a tree that could not be removed, without any git.
  locks_suspect_ =
      !cleaned && cleaned.error().sys_errno == 0 && may_have_killed_git(cleaned.error());
  return cleaned;
}

}  // namespace gitsync::sync
