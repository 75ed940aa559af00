// SPDX-License-Identifier: Apache-2.0
#include "snapshot/tree_files.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "tree/entry_path.h"
#include "tree/manifests.h"
#include "tree/old_tree.h"
#include "util/descriptor_io.h"

namespace gitsync::snapshot {

using tree::FileKind;
using util::Result;

namespace {

using Visit = std::function<Result<void>(const TreeFile&)>;

std::unexpected<util::Error> edited(std::string_view path) {
  return util::fail(util::ErrorKind::kCorrupt, tree::printable_path(path) +
                                                   " was changed in the published tree, which a "
                                                   "snapshot must show as its source has it");
}

FileKind kind_of(const util::EntryInfo& info) {
  constexpr mode_t kOwnerMayExecute = 0100;
  if (info.kind == util::EntryKind::kSymlink) return FileKind::kSymlink;
  if (info.kind == util::EntryKind::kDirectory) return FileKind::kFolder;
  return (info.mode & kOwnerMayExecute) != 0 ? FileKind::kExecutable : FileKind::kRegular;
}

struct Found {
  std::string name;
  util::EntryInfo info;
  bool is_empty = false;  // a folder
  // Where it stands among the paths of its folder: what is in "a" comes behind "a!".
  std::string place() const {
    return info.kind == util::EntryKind::kDirectory && !is_empty ? name + "/" : name;
  }
};

// As of a submodule that is not checked out.
Result<bool> is_empty(const util::Folder& top, const std::string& path) {
  bool has_some = false;
  GS_TRY(const auto folder, top.open_beneath(path));
  GS_TRY_VOID(folder.for_each_entry([&](std::string_view name) {
    has_some = name != tree::Layout::kStoreName;
    return has_some ? util::Walk::kStop : util::Walk::kGoOn;
  }));
  return !has_some;
}

Result<std::vector<Found>> entries_of(const util::Folder& top, const std::string& folder) {
  GS_TRY(const auto names, top.list(folder));
  const std::string way = folder.empty() ? "" : folder + "/";
  std::vector<Found> found;
  for (const auto& name : names) {
    if (name == tree::Layout::kStoreName) continue;
    const std::string path = way + name;
    GS_TRY(auto info, top.info(path));
    const bool counts = info.kind == util::EntryKind::kFile ||
                        info.kind == util::EntryKind::kDirectory ||
                        info.kind == util::EntryKind::kSymlink;
    if (!counts) continue;
    found.push_back({.name = name, .info = info});
    if (info.kind != util::EntryKind::kDirectory) continue;
    GS_TRY(found.back().is_empty, is_empty(top, path));
  }
  std::ranges::sort(found, {}, &Found::place);
  return found;
}

Result<void> copy(int fd, std::uint64_t size, std::string_view path, const TreeFiles::Body& body,
                  const util::Limit& limit) {
  std::uint64_t left = size;
  GS_TRY_VOID(util::read_pieces(fd, tree::printable_path(path),
                                [&](std::string_view bytes) -> Result<void> {
                                  if (auto in_time = limit.check(); !in_time) return in_time;
                                  if (bytes.size() > left) return edited(path);
                                  left -= bytes.size();
                                  return body(bytes);
                                }));
  return left == 0 ? Result<void>{} : edited(path);
}

}  // namespace

TreeFiles::TreeFiles(tree::Layout layout, tree::Published shown, util::Folder folder)
    : layout_(std::move(layout)), shown_(std::move(shown)), folder_(std::move(folder)) {}

Result<TreeFiles> TreeFiles::open(const tree::Layout& layout, const tree::Published& shown) {
  auto folder = util::Folder::open(shown.tree);
  if (!folder) {
    return util::fail(util::ErrorKind::kMoved, "the tree " + shown.tree + " is gone");
  }
  TreeFiles files(layout, shown, *std::move(folder));
  files.has_manifest_ = tree::open_published(layout, shown, tree::Manifests(layout)).has_value();
  return files;
}

Result<void> TreeFiles::for_each(const Visit& visit, const util::Limit& limit) const {
  return has_manifest_ ? for_each_recorded(visit, limit) : walk("", visit, limit);
}

Result<void> TreeFiles::for_each_recorded(const Visit& visit, const util::Limit& limit) const {
  auto old = tree::open_published(layout_, shown_, tree::Manifests(layout_));
  if (!old) return util::fail(util::ErrorKind::kMoved, "the tree " + shown_.tree + " is gone");
  while (const tree::Record* const record = old->manifest.peek()) {
    GS_TRY_VOID(limit.check());
    if (!record->is_directory) {
      GS_TRY_VOID(visit({.path = record->path, .entry = record->entry, .stat = record->stat}));
    }
    GS_TRY_VOID(old->manifest.next());
  }
  return {};
}

// NOLINTNEXTLINE(misc-no-recursion): as deep as paths of the file system
Result<void> TreeFiles::walk(const std::string& folder, const Visit& visit,
                             const util::Limit& limit) const {
  GS_TRY(const auto entries, entries_of(folder_, folder));
  if (entries.empty() && !folder.empty()) {
    return visit({.path = folder, .entry = {.kind = FileKind::kFolder}});
  }
  for (const auto& entry : entries) {
    GS_TRY_VOID(limit.check());
    const std::string path = folder.empty() ? entry.name : folder + "/" + entry.name;
    if (entry.info.kind == util::EntryKind::kDirectory) {
      GS_TRY_VOID(walk(path, visit, limit));
    } else {
      GS_TRY_VOID(visit({.path = path, .entry = {.kind = kind_of(entry.info)}}));
    }
  }
  return {};
}

Result<void> TreeFiles::read(const TreeFile& file, const Head& head, const Body& body,
                             const util::Limit& limit) const {
  if (file.entry.kind == FileKind::kSymlink) {
    GS_TRY(const auto target, folder_.read_link(file.path));
    if (!target || (file.stat && target->size() != file.stat->size)) return edited(file.path);
    GS_TRY_VOID(head(target->size()));
    return body(*target);
  }
  auto place = folder_.place_of(file.path);
  if (!place) return edited(file.path);
  constexpr int kFlags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  const util::Fd fd(::openat(place->fd, place->name.c_str(), kFlags));
  struct stat info{};
  if (!fd || ::fstat(fd.get(), &info) != 0 || !S_ISREG(info.st_mode)) return edited(file.path);
  const bool is_same = !file.stat || tree::is_same_file(tree::FileStat::of(info), *file.stat);
  if (!is_same) return edited(file.path);
  const auto size = static_cast<std::uint64_t>(info.st_size);
  GS_TRY_VOID(head(size));
  return copy(fd.get(), size, file.path, body, limit);
}

}  // namespace gitsync::snapshot
