// SPDX-License-Identifier: Apache-2.0
#include "snapshot/pointer_target.h"

#include <algorithm>
#include <utility>

#include "snapshot/names.h"

namespace gitsync::snapshot {

using util::Result;

namespace {

constexpr int kMostTries = 3;

Bytes bytes_of(const Packed& packed) {
  return {.fd = packed.file.get(), .size = packed.written.size};
}

}  // namespace

PointerTarget::PointerTarget(PointerTargetOptions options, std::unique_ptr<Depot> depot,
                             Archives& archives, log::Logger logger)
    : options_(std::move(options)),
      depot_(std::move(depot)),
      archives_(archives),
      log_(std::move(logger)) {}

std::string PointerTarget::address() const {
  return depot_->address() + pointer_key(options_.name);
}

// What is no pointer is written over: the name is ours.
Result<PointerTarget::Shown> PointerTarget::look(const util::Limit& limit) {
  GS_TRY(auto document, depot_->read(pointer_key(options_.name), limit));
  if (!document) return Shown{};
  auto pointer = parse_pointer(document->text);
  if (!pointer) {
    log_.error("writing over a pointer that cannot be read", pointer.error(),
               {{"address", address()}});
    return Shown{.pointer = {}, .version = document->version};
  }
  return Shown{.pointer = *std::move(pointer), .version = document->version};
}

Result<void> PointerTarget::publish(const Item& item, const util::Limit& limit) {
  std::shared_ptr<const Packed> packed;  // kept from try to try
  for (int tries = 1;; ++tries) {
    GS_TRY(const auto before, look(limit));
    if (before.pointer && before.pointer->revision == item.revision) {
      log_.info(3, "this snapshot is shown already", {{"address", address()}});
      return archives_.keep_manifest(item);
    }
    GS_TRY(packed, archives_.pack(item, limit));
    const auto shown = show(item, *packed, before, limit);
    if (shown) return archives_.keep_manifest(item);
    // Somebody else has moved the pointer.
    const bool again = shown.error().kind == util::ErrorKind::kMoved && tries < kMostTries;
    if (!again) return shown;
  }
}

// The order is what makes it safe to be killed anywhere: all that the pointer names is there first.
Result<void> PointerTarget::show(const Item& item, const Packed& packed, const Shown& before,
                                 const util::Limit& limit) {
  Pointer next{.revision = item.revision,
               .source = options_.source,
               .ref = options_.ref,
               .time = item.time,
               .author = item.author,
               .subject = item.subject,
               .tree_sha256 = packed.tree_sha256,
               .files = packed.files};
  GS_TRY(next.archive, store(archive_key(item.revision), packed, limit));
  if (before.pointer) {
    GS_TRY_VOID(add_steps(item, *before.pointer, next, limit));
    supersede(*before.pointer, next);
    GS_TRY_VOID(prune(next, limit));
  }
  GS_TRY_VOID(depot_->put(stable_key(options_.name), bytes_of(packed), limit));
  GS_TRY_VOID(depot_->replace(pointer_key(options_.name),
                              {.text = to_json(next), .version = before.version}, limit));
  log_.info(0, "published a snapshot",
            {{"address", address()},
             {"hash", item.revision.id},
             {"files", next.files},
             {"bytes", next.archive.size},
             {"stepBytes", next.steps.empty() ? 0 : next.steps.back().file.size}});
  return {};
}

Result<StoredFile> PointerTarget::store(const std::string& key, const Packed& packed,
                                        const util::Limit& limit) {
  GS_TRY(auto there, depot_->add(key, bytes_of(packed), limit));
  if (there) return *std::move(there);
  return StoredFile{.key = key, .sha256 = packed.written.sha256, .size = packed.written.size};
}

// Readers follow a chain: one more step, behind those that led to what is shown now.
Result<void> PointerTarget::add_steps(const Item& item, const Pointer& old, Pointer& next,
                                      const util::Limit& limit) {
  GS_TRY(const auto packed, archives_.pack_step(item, old.revision, limit));
  if (!packed) return {};
  Step step{.from = old.revision, .to = item.revision};
  GS_TRY(step.file, store(delta_key(step.from, step.to), *packed, limit));
  next.steps = old.steps;
  next.steps.push_back(std::move(step));
  if (next.steps.size() > kMostSteps) next.steps.erase(next.steps.begin());
  return {};
}

void PointerTarget::supersede(const Pointer& old, Pointer& next) const {
  next.superseded = old.superseded;
  std::erase_if(next.superseded,
                [&](const Superseded& one) { return one.revision == next.revision; });
  next.superseded.push_back({.revision = old.revision, .at = options_.clock()});
}

// What went is in no pointer any more, also if this one is not written in the end: it is asked to
// go again then, which is no error.
Result<void> PointerTarget::prune(Pointer& next, const util::Limit& limit) {
  auto& all = next.superseded;
  const auto now = options_.clock();
  const std::size_t beyond = all.size() > options_.keep ? all.size() - options_.keep : 0;
  const auto end = std::find_if(
      all.begin(), all.begin() + static_cast<std::ptrdiff_t>(beyond), [&](const Superseded& old) {
        return old.at + options_.least_age > now && all.size() < kMostSuperseded;
      });
  if (end == all.begin()) return {};
  GS_TRY(const auto others, shown_by_others(limit));
  for (auto old = all.begin(); old != end; ++old) {
    const auto& successor = old + 1 == all.end() ? next.revision : (old + 1)->revision;
    GS_TRY_VOID(depot_->remove(delta_key(old->revision, successor), limit));
    std::erase_if(next.steps, [&](const Step& step) { return step.from == old->revision; });
    if (std::ranges::find(others, old->revision) != others.end()) continue;
    GS_TRY_VOID(depot_->remove(archive_key(old->revision), limit));
    log_.info(1, "removed an old snapshot", {{"address", address()}, {"hash", old->revision.id}});
  }
  all.erase(all.begin(), end);
  return {};
}

// Other refs beside this one may show the same revisions.
Result<std::vector<tree::Revision>> PointerTarget::shown_by_others(const util::Limit& limit) {
  std::vector<tree::Revision> all;
  GS_TRY(const auto keys, depot_->pointers(limit));
  for (const auto& key : keys) {
    if (key == pointer_key(options_.name)) continue;
    GS_TRY(const auto document, depot_->read(key, limit));
    if (!document) continue;
    auto pointer = parse_pointer(document->text);
    if (!pointer) continue;
    all.push_back(pointer->revision);
    for (const auto& old : pointer->superseded) all.push_back(old.revision);
  }
  return all;
}

}  // namespace gitsync::snapshot
