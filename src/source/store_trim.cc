// SPDX-License-Identifier: Apache-2.0
#include "source/store_trim.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <string_view>
#include <utility>

#include "git/loose_object.h"
#include "source/history_edge.h"
#include "util/file_stamp.h"
#include "util/remove_tree.h"
#include "util/text.h"

namespace gitsync::source {

using util::Result;

namespace {

// The names of packs whose removal has begun, one a line.
constexpr const char* kOldPacks = ".git/git-sync/compaction.old";
const std::string kShallow = std::string(tree::Layout::kStoreName) + "/shallow";
constexpr std::size_t kBetweenChecks = 256;  // objects

bool is_later(const timespec& a, const timespec& b) {
  return util::FileStamp::nanoseconds(a) > util::FileStamp::nanoseconds(b);
}

}  // namespace

Result<StoreTrim> StoreTrim::open(const tree::Layout& layout, CompactionStep step) {
  GS_TRY(auto root, util::Folder::open(layout.root));
  GS_TRY(auto objects, root.open_beneath(std::string(tree::Layout::kStoreName) + "/objects"));
  if (!step) step = [](std::string_view /*step*/) { return Result<void>{}; };
  return StoreTrim(std::move(root), std::move(objects), std::move(step));
}

Result<void> StoreTrim::remove_views() const {
  GS_TRY_VOID(util::remove_tree(objects_, "info/commit-graph"));
  GS_TRY_VOID(util::remove_tree(objects_, "info/commit-graphs"));
  GS_TRY_VOID(util::remove_tree(objects_, "info/packs"));
  const auto packs = objects_.open_beneath("pack");
  if (!packs) return {};
  GS_TRY(const auto names, packs->list());
  // The file itself comes first, before what belongs to it.
  for (const auto& name : names) {
    if (name.starts_with("multi-pack-index")) GS_TRY_VOID(util::remove_tree(*packs, name));
  }
  return {};
}

Result<void> StoreTrim::replace_packs(const std::string& name, std::span<const OldPack> old) const {
  std::string list = name.empty() ? "" : name + "\n";
  for (const auto& pack : old) list += pack.name + "\n";
  if (list.empty()) return {};
  // Without it a crash costs room, and nothing else: a full disk is no reason to remove nothing.
  [[maybe_unused]] const auto noted =
      root_.write_file_atomic(kOldPacks, "compaction.new.", list, 0644);
  if (!name.empty()) GS_TRY_VOID(install(name));
  GS_TRY_VOID(remove_views());
  for (const auto& pack : old) {
    GS_TRY_VOID(step_("remove a pack"));
    if (pack.name != name) GS_TRY_VOID(remove_pack(pack));
  }
  return root_.remove_file(kOldPacks);
}

Result<void> StoreTrim::install(const std::string& name) const {
  GS_TRY(const auto packs, objects_.make_directories("pack"));
  GS_TRY_VOID(step_("install the pack"));
  GS_TRY_VOID(root_.rename(std::string(kNewPack) + ".pack", packs, name + ".pack"));
  GS_TRY_VOID(step_("install its index"));
  GS_TRY_VOID(root_.rename(std::string(kNewPack) + ".idx", packs, name + ".idx"));
  return packs.sync();
}

Result<void> StoreTrim::remove_pack(const OldPack& pack) const {
  const std::string path = "pack/" + pack.name;
  GS_TRY(const auto info, objects_.info(path + ".pack"));
  if (info.kind == util::EntryKind::kFile && is_later(info.modified, pack.modified)) return {};
  // The index first: without it a pack is none, but an index without a pack is damage.
  GS_TRY_VOID(objects_.remove_file(path + ".idx"));
  GS_TRY_VOID(step_("remove a pack without its index"));
  remove_files_of(pack.name);
  return {};
}

void StoreTrim::remove_files_of(const std::string& name) const {
  for (const char* const extension : {".pack", ".rev", ".bitmap", ".mtimes", ".keep"}) {
    [[maybe_unused]] const auto removed = objects_.remove_file("pack/" + name + extension);
  }
}

void StoreTrim::recover() const {
  for (const char* const extension : {".pack", ".idx"}) {
    [[maybe_unused]] const auto removed = root_.remove_file(std::string(kNewPack) + extension);
  }
  const auto list = root_.read_file(kOldPacks);
  if (!list) return;
  for (const auto& name : util::split(*list, '\n')) {
    const bool is_name = name.starts_with("pack-") && !name.contains('/');
    if (is_name && !objects_.exists("pack/" + name + ".idx")) remove_files_of(name);
  }
  [[maybe_unused]] const auto removed = root_.remove_file(kOldPacks);
}

Result<void> StoreTrim::remove_loose(std::span<const git::ObjectId> loose, const timespec& since,
                                     const util::Limit& limit) const {
  std::size_t done = 0;
  for (const auto& id : loose) {
    if (done++ % kBetweenChecks == 0) GS_TRY_VOID(limit.check());
    const std::string path = git::loose_path(id);
    GS_TRY(const auto info, objects_.info(path));
    if (info.kind == util::EntryKind::kFile && is_later(info.modified, since)) continue;
    GS_TRY_VOID(step_("remove a loose object"));
    GS_TRY_VOID(objects_.remove_file(path));
  }
  // Fails for those that are not empty.
  for (unsigned byte = 0; !loose.empty() && byte < 256; ++byte) {
    const char first = static_cast<char>(byte);
    ::unlinkat(objects_.fd(), util::to_hex({&first, 1}).c_str(), AT_REMOVEDIR);
  }
  return {};
}

Result<void> StoreTrim::write_shallow(std::span<const git::ObjectId> now,
                                      std::span<const git::ObjectId> kept) const {
  if (std::ranges::equal(now, kept)) return {};
  return rewrite_history_edge(
      root_.path_of(tree::Layout::kStoreName),
      [&](const std::vector<git::ObjectId>& there) -> Result<std::vector<git::ObjectId>> {
        if (std::ranges::equal(there, now)) return std::vector(kept.begin(), kept.end());
        return util::fail(util::ErrorKind::kBusy,
                          "somebody has changed " + root_.path_of(kShallow));
      });
}

}  // namespace gitsync::source
