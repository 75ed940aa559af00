// SPDX-License-Identifier: Apache-2.0
#include "source/native_compaction.h"

#include <fcntl.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <ctime>
#include <utility>

#include "git/lock_file.h"
#include "git/loose_object.h"
#include "git/object_store.h"
#include "git/pack_index_writer.h"
#include "git/pack_layout.h"
#include "git/pack_writer.h"
#include "git/packed_refs.h"
#include "git/ref_store.h"
#include "source/compaction_rules.h"
#include "source/delegation.h"
#include "source/reflog_trim.h"
#include "util/fd.h"
#include "util/folder.h"

namespace gitsync::source {

using git::ObjectSet;
using util::Result;

namespace {

const std::string kStore = tree::Layout::kStoreName;
constexpr const char* kBranch = "refs/heads/git-sync";

// A .keep of ours is only there while a fetch runs (docs/design.md#publish-and-retire).
constexpr std::string_view kOurKeep = "git-sync";

// In the file system's own clock, where that can be had.
timespec time_of(const util::Folder& root) {
  const std::string file = std::string(StoreTrim::kNewPack) + ".idx";
  if (root.touch(file)) {
    if (const auto info = root.info(file)) return info->modified;
  }
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME_COARSE, &now);
  return now;
}

Result<util::Fd> create(const util::Folder& root, const std::string& path) {
  GS_TRY_VOID(root.remove_file(path));
  GS_TRY(const auto place, root.place_of(path));
  constexpr int kFlags = O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  util::Fd file(::openat(place.fd, place.name.c_str(), kFlags, 0444));
  if (!file) return util::fail(util::sys_error("create " + root.path_of(path)));
  return file;
}

Result<void> sync(const util::Fd& file, const std::string& shown) {
  if (::fsync(file.get()) != 0) return util::fail(util::sys_error("sync " + shown));
  return {};
}

}  // namespace

// All that one run knows.
struct NativeCompaction::Work {
  timespec begin{};
  KeptRoots roots = {};
  std::vector<tree::Revision> keep = {};
  git::ObjectFolder folder;
  std::optional<git::ObjectStore> store = {};
  KeptObjects objects = {};
  std::vector<OldPack> dead = {};         // packs of which nothing is kept
  std::vector<OldPack> old = {};          // packs of which something is
  std::vector<std::string> foreign = {};  // packs that somebody wants to keep
  std::vector<git::ObjectId> dead_loose = {};
  std::vector<git::ObjectId> kept_loose = {};
  std::uint64_t entries = 0;       // of all packs in `old`
  std::uint64_t kept_entries = 0;  // of those what is kept, twice what stands twice
  std::uint64_t kept_bytes = 0;

  // Not even one pack of just what is kept would be another one.
  bool is_packed() const {
    return old.size() <= 1 && kept_loose.empty() && entries == kept_entries;
  }
  bool is_clean() const {
    return is_packed() && dead.empty() && dead_loose.empty() && roots.shallow == objects.shallow;
  }
};

NativeCompaction::NativeCompaction(tree::Layout layout, log::Logger logger)
    : layout_(std::move(layout)), log_(std::move(logger)) {}

void NativeCompaction::recover() const {
  if (const auto trim = StoreTrim::open(layout_)) trim->recover();
}

Result<bool> NativeCompaction::run(std::span<const tree::Revision> keep, bool must_fit,
                                   const util::Limit& limit) {
  GS_TRY_VOID(check_compaction(layout_));
  if (is_collecting(layout_)) {
    log_.info(1, "a git collects garbage already", {{"repo", layout_.root}});
    return false;
  }
  GS_TRY(const auto trim, StoreTrim::open(layout_, step_));
  trim.recover();
  GS_TRY(const auto root, util::Folder::open(layout_.root));
  GS_TRY([[maybe_unused]] const auto own, root.make_directories(tree::Layout::kOwnName));
  GS_TRY(auto folder, git::ObjectFolder::open(layout_.store() + "/objects"));
  Work work{
      .begin = time_of(root), .keep = {keep.begin(), keep.end()}, .folder = std::move(folder)};
  auto done = [&]() -> Result<bool> {
    GS_TRY_VOID(look(work, limit));
    if (work.is_clean()) return true;
    if (step_) GS_TRY_VOID(step_("look"));
    log_.info(3, "collecting garbage",
              {{"repo", layout_.root}, {"kept", work.objects.kept.size()}});
    GS_TRY_VOID(this->trim(work, trim, limit));
    if (work.is_packed()) return true;
    if (must_fit) {
      GS_TRY(const bool fits, has_room(work));
      if (!fits) return false;
    }
    GS_TRY_VOID(pack(work, trim, limit));
    return true;
  }();
  trim.recover();
  return done;
}

// Names before objects: what is named then is there.
Result<void> NativeCompaction::look(Work& work, const util::Limit& limit) const {
  GS_TRY(work.roots, KeptRoots::read(layout_, work.keep));
  std::uint64_t numbers = 0;
  GS_TRY_VOID(work.folder.load(numbers));
  if (work.folder.has_promises()) return not_understood("a remote has promised objects");
  GS_TRY(work.store, git::ObjectStore::open(work.folder.path()));
  GS_TRY(work.objects, KeptObjects::find(work.roots, work.folder, *work.store, limit));
  for (const auto& id : work.objects.loose) {
    (work.objects.kept.find(id) ? work.kept_loose : work.dead_loose).push_back(id);
  }
  for (const auto& pack : work.folder.packs()) GS_TRY_VOID(look_at(work, pack));
  return {};
}

Result<void> NativeCompaction::look_at(Work& work, const git::PackFile& pack) const {
  GS_TRY(const auto root, util::Folder::open(layout_.root));
  const std::string keep = kStore + "/objects/pack/" + pack.name() + ".keep";
  if (root.exists(keep)) {
    const auto text = root.read_file(keep);
    if (!text || !text->starts_with(kOurKeep)) {
      work.foreign.push_back(pack.name());
      return {};
    }
    GS_TRY_VOID(root.remove_file(keep));
  }
  GS_TRY(const auto layout, git::PackLayout::read(pack, work.objects.kept));
  std::uint64_t kept = 0;
  for (std::size_t i = 0; i < layout.size(); ++i) {
    if (!layout.object(i)) continue;
    ++kept;
    work.kept_bytes += layout.end(i) - layout.offset(i);
  }
  (kept == 0 ? work.dead : work.old).push_back({.name = pack.name(), .modified = pack.modified()});
  if (kept > 0) work.entries += layout.size();
  work.kept_entries += kept;
  return {};
}

// Somebody's git may have made a ref of what was garbage when it was looked at.
Result<void> NativeCompaction::check_unchanged(const Work& work) const {
  GS_TRY(const auto now, KeptRoots::read(layout_, work.keep));
  if (now == work.roots) return {};
  return util::fail(util::ErrorKind::kBusy,
                    "somebody has changed the repository while garbage was looked for");
}

Result<void> NativeCompaction::trim(Work& work, const StoreTrim& trim,
                                    const util::Limit& limit) const {
  GS_TRY_VOID(check_unchanged(work));
  // What names objects goes before them.
  GS_TRY_VOID(trim_reflogs(layout_, work.objects.kept));
  GS_TRY_VOID(trim.write_shallow(work.roots.shallow, work.objects.shallow));
  work.roots.shallow = work.objects.shallow;
  if (!work.dead_loose.empty()) GS_TRY_VOID(trim.remove_views());
  GS_TRY_VOID(trim.replace_packs("", work.dead));
  GS_TRY_VOID(trim.remove_loose(work.dead_loose, work.begin, limit));
  // Whoever holds a file open holds its room.
  for (const auto& pack : work.dead) {
    work.folder.packs().remove_if(
        [&](const git::PackFile& open) { return open.name() == pack.name; });
  }
  GS_TRY(work.store, git::ObjectStore::open(work.folder.path()));
  return {};
}

Result<bool> NativeCompaction::has_room(const Work& work) const {
  constexpr std::uint64_t kPerObject = 32;                    // of an index
  constexpr std::uint64_t kReserve = std::uint64_t{1} << 20;  // for others
  std::uint64_t needed = work.kept_bytes + kPerObject * work.objects.kept.size() + kReserve;
  GS_TRY(const auto root, util::Folder::open(layout_.root));
  for (const auto& id : work.kept_loose) {
    GS_TRY(const auto info, root.info(kStore + "/objects/" + git::loose_path(id)));
    needed += static_cast<std::uint64_t>(info.size);
  }
  struct statvfs disk{};
  if (::statvfs(layout_.root.c_str(), &disk) != 0) {
    return util::fail(util::sys_error("look at the disk of " + layout_.root));
  }
  const bool fits = std::uint64_t{disk.f_bavail} * disk.f_frsize >= needed;
  if (!fits) log_.info(1, "no room to pack what is kept", {{"bytes", needed}});
  return fits;
}

Result<void> NativeCompaction::pack(Work& work, const StoreTrim& trim,
                                    const util::Limit& limit) const {
  for (const auto& pack : work.folder.packs()) {
    if (std::ranges::find(work.foreign, pack.name()) == work.foreign.end()) continue;
    std::vector<bool> there(work.objects.kept.size());
    GS_TRY_VOID(pack.index().for_each([&](const git::PackIndexEntry& entry) -> Result<void> {
      if (const auto number = work.objects.kept.find(entry.id)) there[*number] = true;
      return {};
    }));
    work.objects.kept.keep_only([&](ObjectSet::Number number) { return !there[number]; });
  }
  std::string name;
  if (work.objects.kept.size() > 0) {
    GS_TRY(const auto root, util::Folder::open(layout_.root));
    GS_TRY(name, write(work, root, limit));
  }
  GS_TRY_VOID(check_unchanged(work));
  GS_TRY_VOID(trim.replace_packs(name, work.old));
  // All of them are packed now, and older than what a git may have written meanwhile.
  return trim.remove_loose(work.kept_loose, work.begin, limit);
}

// Returns the name of the pack, without extension.
Result<std::string> NativeCompaction::write(Work& work, const util::Folder& root,
                                            const util::Limit& limit) const {
  const std::string pack_path = std::string(StoreTrim::kNewPack) + ".pack";
  const std::string index_path = std::string(StoreTrim::kNewPack) + ".idx";
  const ObjectSet& kept = work.objects.kept;
  if (step_) GS_TRY_VOID(step_("write the pack"));
  GS_TRY(const auto pack, create(root, pack_path));
  // NOLINTNEXTLINE(bugprone-unchecked-optional-access): trim() has opened it
  git::PackWriter writer(*work.store, kept, pack.get(), root.path_of(pack_path));
  GS_TRY_VOID(writer.begin());
  // The oldest first: a delta of a later one is likely to have its base there.
  for (auto old = work.folder.packs().rbegin(); old != work.folder.packs().rend(); ++old) {
    if (std::ranges::find(work.foreign, old->name()) != work.foreign.end()) continue;
    GS_TRY_VOID(writer.copy(*old, limit));
  }
  GS_TRY_VOID(writer.add_rest(limit));
  GS_TRY(const auto checksum, writer.finish());
  GS_TRY_VOID(sync(pack, root.path_of(pack_path)));
  GS_TRY(const auto index, create(root, index_path));
  GS_TRY_VOID(git::write_pack_index(
      index.get(), root.path_of(index_path), static_cast<std::uint32_t>(kept.size()),
      [&](std::uint32_t i) { return writer.entry(i); }, checksum));
  GS_TRY_VOID(sync(index, root.path_of(index_path)));
  return "pack-" + checksum.hex();
}

Result<void> NativeCompaction::move_branch(const std::optional<tree::Revision>& revision) const {
  GS_TRY(const auto refs, git::RefStore::open(layout_.store()));
  if (revision) {
    const auto id = git::ObjectId::from_hex(revision->id);
    if (!id) return not_understood("a commit that has no SHA-1");
    return refs.write(kBranch, *id);
  }
  GS_TRY(const auto store, util::Folder::open(layout_.store()));
  if (store.exists("hooks/reference-transaction")) {
    return not_understood("a hook wants to know of changed refs");
  }
  bool packed = false;
  GS_TRY_VOID(git::for_each_packed_ref(store, [&](const git::PackedRef& ref) {
    packed = packed || ref.name == kBranch;
    return util::Walk::kGoOn;
  }));
  if (packed) return not_understood("the branch is packed");
  if (!store.exists(kBranch)) return {};
  GS_TRY(const auto lock, git::LockFile::take(store, kBranch, git::Patience::kShort));
  return store.remove_file(kBranch);
}

}  // namespace gitsync::source
