// SPDX-License-Identifier: Apache-2.0
#include "objects/snapshot_origin.h"

#include <algorithm>
#include <utility>

#include "archive/reader.h"
#include "objects/download.h"
#include "objects/step_reader.h"
#include "objects/unpacked.h"
#include "objects/verified_file.h"
#include "snapshot/tree_digest.h"

namespace gitsync::objects {

using snapshot::Step;
using util::Result;

namespace {

Result<void> check_digest(const EntryList& list, const snapshot::Pointer& pointer) {
  snapshot::TreeDigest digest;
  for (const auto& entry : list.entries()) {
    digest.add(entry.path, entry.file.kind, entry.file.content_id);
  }
  if (digest.finish() == pointer.tree_sha256) return {};
  return util::fail(util::ErrorKind::kCorrupt, util::Cause::kSnapshotDamaged,
                    "what came is another tree than the pointer's");
}

// Each step has been within the limits by itself.
Result<void> check_size(const EntryList& list, const archive::Limits& limits) {
  std::uint64_t bytes = 0;
  for (const auto& entry : list.entries()) bytes += entry.size;
  if (bytes <= limits.max_bytes && list.entries().size() <= limits.max_members) return {};
  return util::fail(util::ErrorKind::kProtocol, util::Cause::kTreeTooLarge,
                    "the steps lead to a tree that is larger than " + limits.setting);
}

}  // namespace

SnapshotOrigin::SnapshotOrigin(SnapshotOriginOptions options, std::unique_ptr<SnapshotPlace> place,
                               log::Logger logger)
    : options_(std::move(options)), place_(std::move(place)), log_(std::move(logger)) {}

Result<source::Resolved> SnapshotOrigin::resolve(const std::optional<tree::Revision>& /*shown*/,
                                                 const util::Limit& limit) {
  GS_TRY(auto document, place_->look(stamp_, limit));
  if (document) {
    auto pointer = snapshot::parse_pointer(document->text);
    if (!pointer) return util::fail(std::move(pointer).error().with_context(place_->address()));
    pointer_ = *std::move(pointer);
    stamp_ = std::move(document->stamp);
    stepped_.reset();
  } else if (stamp_.empty()) {
    return util::fail(util::ErrorKind::kProtocol,
                      place_->address() + " was said not to have changed before it was read");
  }
  return source::Resolved{.revision = pointer_.revision};
}

Result<std::unique_ptr<tree::TreeContents>> SnapshotOrigin::open(const tree::Revision& revision,
                                                                 const tree::Published* base,
                                                                 const util::Limit& limit) {
  if (pointer_.revision != revision) {
    return util::fail(util::ErrorKind::kMoved, place_->address() + " was replaced");
  }
  const bool was_tried = std::exchange(stepped_, revision) == revision;
  const auto steps = was_tried ? std::vector<Step>{} : steps_from(base);
  if (!steps.empty()) {
    auto contents = open_steps(steps, *base, limit);
    if (contents) return contents;
    GS_TRY_VOID(limit.check());
    log_.error("cannot go step by step, getting the whole snapshot", contents.error());
  }
  return open_whole(base, limit);
}

// The shortest way: from the last time that the base's revision was shown.
std::vector<Step> SnapshotOrigin::steps_from(const tree::Published* base) const {
  if (base == nullptr || !base->revision) return {};
  const auto& all = pointer_.steps;
  std::vector<Step> way;
  std::uint64_t bytes = 0;
  tree::Revision to = pointer_.revision;
  for (auto step = all.rbegin(); step != all.rend() && step->to == to; ++step) {
    way.insert(way.begin(), *step);
    bytes += step->file.size;
    to = step->from;
    if (to == *base->revision) break;
  }
  const bool is_worth_it = to == *base->revision && bytes < pointer_.archive.size;
  return is_worth_it ? way : std::vector<Step>{};
}

SnapshotOrigin::Contents SnapshotOrigin::open_whole(const tree::Published* base,
                                                    const util::Limit& limit) {
  log_.info(2, "unpacking a snapshot",
            {{"address", place_->address()},
             {"hash", pointer_.revision.id},
             {"bytes", pointer_.archive.size}});
  Download download(limit);
  GS_TRY_VOID(download.start(verified(*place_, pointer_.archive, limit)));
  archive::Reader reader(download.pull(), options_.limits);
  auto contents = [&]() -> Contents {
    GS_TRY(auto unpacked, Unpacked::read(reader, options_.layout, base, limit, log_));
    // The archive is what the pointer names; whether that is of the tree that it tells of, is
    // another matter.
    GS_TRY_VOID(check_digest(unpacked->list(), pointer_));
    return unpacked;
  }();
  if (contents) return contents;
  return util::fail(std::move(contents).error().with_context(place_->address()));
}

SnapshotOrigin::Contents SnapshotOrigin::open_steps(const std::vector<Step>& steps,
                                                    const tree::Published& base,
                                                    const util::Limit& limit) {
  GS_TRY(auto unpacked, Unpacked::start(options_.layout, &base, limit, log_));
  GS_TRY_VOID(unpacked->keep_base(limit));
  for (const auto& step : steps) {
    log_.info(2, "unpacking a step",
              {{"address", place_->address()},
               {"from", step.from.id},
               {"to", step.to.id},
               {"bytes", step.file.size}});
    Download download(limit);
    GS_TRY_VOID(download.start(verified(*place_, step.file, limit)));
    archive::Reader reader(download.pull(), options_.limits);
    GS_TRY_VOID(read_step(reader, *unpacked, limit));
  }
  GS_TRY_VOID(unpacked->finish());
  GS_TRY_VOID(check_size(unpacked->list(), options_.limits));
  GS_TRY_VOID(check_digest(unpacked->list(), pointer_));
  return unpacked;
}

Result<source::About> SnapshotOrigin::about(const tree::Revision& /*revision*/,
                                            const util::Limit& /*limit*/) {
  return source::About{
      .time = pointer_.time, .author = pointer_.author, .subject = pointer_.subject};
}

}  // namespace gitsync::objects
