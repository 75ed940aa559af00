// SPDX-License-Identifier: Apache-2.0
#include "snapshot/pointer_target.h"

#include <algorithm>
#include <utility>

#include "snapshot/names.h"

namespace gitsync::snapshot {

using util::Result;

namespace {

Bytes bytes_of(const Packed& packed) {
  return {.fd = packed.file.get(), .size = packed.written.size};
}

bool is_step(const std::string& key) { return key.contains(".."); }

// More than this come of refs that go to and fro; the rest is for the rules of the bucket.
void add_file(Superseded& old, std::string key) {
  const bool is_new = std::ranges::find(old.files, key) == old.files.end();
  if (is_new && old.files.size() < kMostFiles) old.files.push_back(std::move(key));
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
  for (bool was_moved = false;; was_moved = true) {
    GS_TRY(const auto before, look(limit));
    GS_TRY(const bool is_shown, shows(before, item, limit));
    if (is_shown) break;
    // Who was faster has the newer one, more often than not. If it is ours, the next attempt is
    // right.
    if (was_moved) {
      return util::fail(util::ErrorKind::kMoved,
                        address() + " was moved by somebody else meanwhile");
    }
    GS_TRY(auto* const made, make(item, limit));
    const auto shown = show(item, *made, before, limit);
    if (shown) break;
    if (shown.error().kind != util::ErrorKind::kMoved) return shown;
  }
  made_.reset();
  return archives_.keep_manifest(item);
}

Result<PointerTarget::Made*> PointerTarget::make(const Item& item, const util::Limit& limit) {
  if (!made_ || made_->revision != item.revision) {
    GS_TRY(auto packed, archives_.pack(item, limit));
    made_.emplace(Made{.revision = item.revision, .packed = std::move(packed)});
  }
  return &*made_;
}

// A rule that removes what is old does not know what is shown; a disk may have lost it.
Result<bool> PointerTarget::shows(const Shown& now, const Item& item, const util::Limit& limit) {
  if (!now.pointer || now.pointer->revision != item.revision) return false;
  const auto& archive = now.pointer->archive;
  GS_TRY(const auto size, depot_->size(archive.key, limit));
  if (size == archive.size) {
    log_.info(3, "this snapshot is shown already", {{"address", address()}});
    return true;
  }
  log_.info(0, "the archive of this snapshot is gone or damaged: it is made anew",
            {{"address", address()}, {"key", archive.key}});
  const auto removed = depot_->remove(archive.key, limit);
  if (!removed) log_.error("cannot remove the damaged archive", removed.error());
  made_.reset();
  return false;
}

// The order is what makes it safe to be killed anywhere: all that the pointer names is there first.
// What is old goes before: where the disk is full, that is what makes room.
Result<void> PointerTarget::show(const Item& item, Made& made, const Shown& before,
                                 const util::Limit& limit) {
  const Packed& packed = *made.packed;
  Pointer next{.revision = item.revision,
               .source = options_.source,
               .ref = options_.ref,
               .time = item.time,
               .author = item.author,
               .subject = item.subject,
               .tree_sha256 = packed.tree_sha256,
               .files = packed.files};
  if (before.pointer) {
    next.steps = before.pointer->steps;
    supersede(*before.pointer, next);
    prune(next, limit);
  }
  if (!made.archive) {
    GS_TRY(made.archive, store_archive(item, packed, limit));
  }
  next.archive = *made.archive;
  if (before.pointer) GS_TRY_VOID(add_step(item, *before.pointer, next, limit));
  // A ref that is a full hash has the name of its archive, which never changes.
  const auto stable = stable_key(options_.name);
  if (stable != archive_key(item.revision)) {
    GS_TRY_VOID(depot_->put(stable, bytes_of(packed), limit));
  }
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

// What is there under the revision's key may be of other settings, such as submodules, or of
// another version of ours, which packs the same files otherwise. The second key is of these files
// alone.
Result<StoredFile> PointerTarget::store_archive(const Item& item, const Packed& packed,
                                                const util::Limit& limit) {
  GS_TRY(auto there, store(archive_key(item.revision), packed, limit));
  if (there.sha256 == packed.written.sha256) return there;
  return store(archive_key(item.revision, packed.tree_sha256), packed, limit);
}

Result<StoredFile> PointerTarget::store(const std::string& key, const Packed& packed,
                                        const util::Limit& limit) {
  GS_TRY(auto there, depot_->add(key, bytes_of(packed), limit));
  if (there) return *std::move(there);
  return StoredFile{.key = key, .sha256 = packed.written.sha256, .size = packed.written.size};
}

// Readers follow a chain: one more step, behind those that led to what is shown now.
Result<void> PointerTarget::add_step(const Item& item, const Pointer& old, Pointer& next,
                                     const util::Limit& limit) {
  if (old.revision == item.revision) return {};
  GS_TRY(const auto packed, archives_.pack_step(item, old.revision, limit));
  // Nothing leads here, so that what led to the one before is of no use.
  if (!packed) {
    next.steps.clear();
    return {};
  }
  Step step{.from = old.revision, .to = item.revision};
  GS_TRY(step.file, store(delta_key(step.from, step.to), *packed, limit));
  if (!next.superseded.empty()) add_file(next.superseded.back(), step.file.key);
  next.steps.push_back(std::move(step));
  if (next.steps.size() > kMostSteps) next.steps.erase(next.steps.begin());
  return {};
}

void PointerTarget::supersede(const Pointer& old, Pointer& next) const {
  next.superseded = old.superseded;
  if (old.revision == next.revision) return;
  Superseded last{.revision = old.revision, .at = options_.clock(), .files = {old.archive.key}};
  // One that comes back takes its archive with it, but not the steps from it.
  std::erase_if(next.superseded, [&](const Superseded& one) {
    if (one.revision != next.revision) return false;
    for (const auto& key : one.files) {
      if (is_step(key)) add_file(last, key);
    }
    return true;
  });
  next.superseded.push_back(std::move(last));
}

// What went is in no pointer any more, also if this one is not written in the end: it is asked to
// go again then, which is no error. What cannot go stays in the list.
void PointerTarget::prune(Pointer& next, const util::Limit& limit) {
  const auto& all = next.superseded;
  const auto now = options_.clock();
  const std::size_t beyond = all.size() > options_.keep ? all.size() - options_.keep : 0;
  const auto end = std::find_if(
      all.begin(), all.begin() + static_cast<std::ptrdiff_t>(beyond), [&](const Superseded& old) {
        return old.at + options_.least_age > now && all.size() < kMostSuperseded;
      });
  if (end == all.begin()) return;
  const auto removed = remove_oldest(static_cast<std::size_t>(end - all.begin()), next, limit);
  if (removed) return;
  log_.error("cannot remove old snapshots", removed.error(), {{"address", address()}});
  // As many as a reader takes; the rest is for the rules of the bucket.
  if (all.size() > kMostSuperseded) next.superseded.erase(next.superseded.begin());
}

Result<void> PointerTarget::remove_oldest(std::size_t count, Pointer& next,
                                          const util::Limit& limit) {
  GS_TRY(const auto others, named_by_others(limit));
  for (; count > 0; --count) {
    const auto& old = next.superseded.front();
    for (const auto& key : old.files) {
      std::erase_if(next.steps, [&](const Step& step) { return step.file.key == key; });
      if (!others.contains(key)) GS_TRY_VOID(depot_->remove(key, limit));
    }
    log_.info(1, "removed an old snapshot", {{"address", address()}, {"hash", old.revision.id}});
    next.superseded.erase(next.superseded.begin());
  }
  return {};
}

// Other refs beside this one may show the same revisions. What is no pointer names nothing.
Result<std::set<std::string>> PointerTarget::named_by_others(const util::Limit& limit) {
  std::set<std::string> all;
  GS_TRY(const auto keys, depot_->pointers(limit));
  for (const auto& key : keys) {
    if (key == pointer_key(options_.name)) continue;
    auto read = depot_->read(key, limit);
    const bool is_none = !read && (read.error().kind == util::ErrorKind::kProtocol ||
                                   read.error().kind == util::ErrorKind::kInvalid);
    if (is_none) continue;
    GS_TRY(const std::optional<Document> document, std::move(read));
    if (!document) continue;
    const auto pointer = parse_pointer(document->text);
    if (!pointer) continue;
    all.insert(pointer->archive.key);
    for (const auto& step : pointer->steps) all.insert(step.file.key);
    for (const auto& old : pointer->superseded) all.insert(old.files.begin(), old.files.end());
  }
  return all;
}

}  // namespace gitsync::snapshot
