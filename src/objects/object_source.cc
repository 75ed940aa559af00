// SPDX-License-Identifier: Apache-2.0
#include "objects/object_source.h"

#include <array>
#include <span>
#include <utility>

#include "tree/untouched.h"
#include "util/duration.h"
#include "util/files.h"
#include "util/folder.h"
#include "util/remove_tree.h"

namespace gitsync::objects {

using source::Health;
using util::Cause;
using util::Result;

namespace {

// Whether it is what is in the revision that was refused, and would be again.
bool is_fault_of_content(const util::Error& error) {
  return error.cause == Cause::kArchiveHostile || error.cause == Cause::kTreeTooLarge ||
         error.cause == Cause::kTooManyFiles;
}

// What came damaged may have been damaged on its way; not several times at the same place.
constexpr int kMostDamaged = 3;

}  // namespace

ObjectSource::ObjectSource(ObjectSourceOptions options, std::unique_ptr<Origin> origin,
                           log::Logger logger)
    : options_(std::move(options)),
      origin_(std::move(origin)),
      log_(std::move(logger)),
      root_(options_.layout, log_),
      writer_({.layout = options_.layout,
               .sharing = options_.sharing,
               .own_names = {tree::Layout::kStoreName}},
              log_) {}

Result<void> ObjectSource::open(const std::optional<tree::Published>& shown,
                                const util::Limit& limit) {
  shown_ = shown ? shown->revision : std::nullopt;
  if (marker_ && marker_->is_current()) return {};
  GS_TRY_VOID(make_store(shown));
  return leave_marker(limit);
}

// What is in the root and was never ours goes, as the contract says.
Result<void> ObjectSource::make_store(const std::optional<tree::Published>& shown) {
  GS_TRY(const auto root, util::Folder::open(options_.layout.root));
  if (root.is_directory(tree::Layout::kOwnName)) return {};
  GS_TRY(const bool empty, root_.is_empty());
  if (!empty && !root_.holds_our_trees(shown)) GS_TRY_VOID(root_.clear());
  const auto info = root.info(tree::Layout::kStoreName);
  const bool in_the_way =
      info && info->kind != util::EntryKind::kNothing && info->kind != util::EntryKind::kDirectory;
  if (in_the_way) GS_TRY_VOID(root_.set_store_aside("something is in the place of the store"));
  log_.info(0, "initializing the root", {{"path", options_.layout.root}});
  GS_TRY([[maybe_unused]] const auto made, root.make_directories(tree::Layout::kOwnName));
  return {};
}

Result<void> ObjectSource::leave_marker(const util::Limit& limit) {
  distrusts_trees_ = tree::RunMarker::tells_of_power_cut(options_.layout);
  marker_.reset();
  GS_TRY(auto marker, tree::RunMarker::leave(options_.layout));
  marker_.emplace(std::move(marker));
  if (distrusts_trees_) GS_TRY_VOID(writer_.drop_spare(limit));
  const auto recovered = writer_.recover(limit);
  if (!recovered) log_.error("cannot remove what a killed process has left", recovered.error());
  GS_TRY_VOID(limit.check());
  marker_->forget_the_dead();
  return {};
}

Result<source::Resolved> ObjectSource::resolve(const util::Limit& limit) {
  auto wanted = origin_->resolve(shown_, limit);
  wish_.note(wanted ? std::nullopt : origin_->retry_after());
  return wanted;
}

Result<bool> ObjectSource::is_untouched(const tree::Published& shown,
                                        const util::Limit& limit) const {
  if (distrusts_trees_ || !shown.revision) return false;
  if (shown.tree != options_.layout.tree(*shown.revision)) return false;
  return tree::is_untouched(options_.layout, shown, [](const tree::Record& /*record*/) {}, limit);
}

Result<Health> ObjectSource::inspect(const tree::Published& shown, source::Depth depth,
                                     const util::Limit& limit) {
  const bool there = shown.revision && util::is_real_directory(shown.tree);
  if (!there) return Health::kDamaged;
  if (depth == source::Depth::kPoll) return Health::kWhole;
  GS_TRY(const bool untouched, is_untouched(shown, limit));
  return untouched ? Health::kWhole : Health::kDamaged;
}

Result<void> ObjectSource::restore(const tree::Published& /*shown*/, const util::Limit& limit) {
  return limit.check();
}

Result<tree::Draft> ObjectSource::materialize(const source::Resolved& wanted,
                                              const tree::Published* base, const tree::Turn& turn,
                                              const util::Limit& limit) {
  const tree::Published there{.tree = options_.layout.tree(wanted.revision),
                              .revision = wanted.revision};
  GS_TRY(bool whole, is_untouched(there, limit));
  if (whole) {
    GS_TRY(whole, writer_.has_nothing_else(there, limit));
  }
  // Of another link, or of before the origin changed to and fro.
  if (whole) return tree::Draft::found(options_.layout, wanted.revision, log_);
  if (distrusts_trees_) base = nullptr;
  GS_TRY(const auto contents, contents_of(wanted.revision, base, limit));
  log_.info(1, "building worktree", {{"path", there.tree}, {"hash", wanted.revision.id}});
  GS_TRY(auto built, writer_.build(wanted.revision, base, *contents, limit));
  GS_TRY(auto draft, std::move(built).finish(turn, limit));
  distrusts_trees_ = false;
  return draft;
}

Result<std::unique_ptr<tree::TreeContents>> ObjectSource::contents_of(
    const tree::Revision& revision, const tree::Published* base, const util::Limit& limit) {
  const bool is_known = refused_ && refused_->revision == revision;
  if (is_known && refused_->is_final) {
    auto error = refused_->error;
    error.message += "; not gotten again, since it did not change";
    return util::fail(std::move(error));
  }
  auto contents = origin_->open(revision, base, limit);
  wish_.note(contents ? std::nullopt : origin_->retry_after());
  if (!contents) note_refusal(revision, contents.error());
  return contents;
}

void ObjectSource::note_refusal(const tree::Revision& revision, const util::Error& error) {
  const bool is_damaged = error.cause == Cause::kArchiveDamaged;
  if (!is_damaged && !is_fault_of_content(error)) return;
  const bool is_same = refused_ && refused_->revision == revision &&
                       refused_->error.cause == error.cause &&
                       refused_->error.message == error.message;
  const int times = is_same ? refused_->times + 1 : 1;
  refused_ = Refused{.revision = revision,
                     .error = error,
                     .times = times,
                     .is_final = !is_damaged || times == kMostDamaged};
}

Result<source::About> ObjectSource::describe(const tree::Revision& revision,
                                             const util::Limit& limit) {
  GS_TRY_VOID(limit.check());
  return origin_->about(revision, limit);
}

Result<void> ObjectSource::reclaim(std::span<const tree::Revision> /*keep*/,
                                   source::Urgency urgency, const util::Limit& limit) {
  if (urgency == source::Urgency::kDiskFull) GS_TRY_VOID(writer_.drop_spare(limit));
  GS_TRY_VOID(writer_.tidy(limit));
  remove_git_store(limit);
  return limit.check();
}

// Of the time when this root was a clone: nothing here needs it.
void ObjectSource::remove_git_store(const util::Limit& limit) {
  const auto root = util::Folder::open(options_.layout.root);
  if (!root || !root->exists(std::string(tree::Layout::kStoreName) + "/HEAD")) return;
  log_.info(0, "removing the git repository that this root was", {{"path", options_.layout.root}});
  // HEAD last: then an interrupted removal is gone on with.
  constexpr std::array<const char*, 13> kNames{
      "objects", "worktrees",   "refs",    "logs",       "info",      "hooks", "branches",
      "modules", "packed-refs", "shallow", "FETCH_HEAD", "ORIG_HEAD", "index"};
  for (const char* const name : kNames) {
    const auto gone = util::remove_tree(*root, std::string(tree::Layout::kStoreName) + "/" + name);
    if (!gone || !limit.check()) return;
  }
  for (const char* const name : {"config", "description", "HEAD"}) {
    const auto gone =
        root->remove_file(std::string(tree::Layout::kStoreName) + "/" + std::string(name));
    if (!gone) return;
  }
}

bool ObjectSource::take_superseded(const tree::Published& old, const tree::Published& shown,
                                   const util::Limit& limit) {
  const auto taken = writer_.offer_spare(old, shown, limit);
  if (!taken) log_.error("cannot keep an old worktree for the next update", taken.error());
  return taken.value_or(false);
}

void ObjectSource::wait_for_change(const util::Limit& limit, const util::Event& wake) {
  const auto longer = wish_.longer(limit);
  if (longer.deadline != limit.deadline) {
    const auto wait =
        std::chrono::round<std::chrono::seconds>(longer.deadline - util::SteadyClock::now());
    log_.info(0, "the server wants to be left alone, so the pause is longer",
              {{"waitTime", util::format_duration(wait)}});
  }
  const std::array<const util::Event*, 2> events{&wake, limit.stop};
  const util::Event either(std::span{events}.first(limit.stop == nullptr ? 1 : 2));
  const bool may_ask = longer.deadline == limit.deadline;
  if (may_ask && origin_->wait({.deadline = limit.deadline, .stop = &either})) return;
  Source::wait_for_change(longer, wake);
}

void ObjectSource::prepare_next(const tree::Published& shown, const util::Limit& limit) {
  if (!shown.revision || shown.revision == prepared_) return;
  prepared_ = shown.revision;
  const auto prepared = writer_.prepare_spare(shown, limit);
  if (!prepared) log_.error("cannot prepare for the next update", prepared.error());
}

}  // namespace gitsync::objects
