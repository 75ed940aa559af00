// SPDX-License-Identifier: Apache-2.0
// Opening and looking; folder_change.cc has what changes something.
#include "util/folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "util/descriptor_io.h"
#include "util/entry_stream.h"
#include "util/open_beneath.h"
#include "util/paths.h"
#include "util/stale.h"

namespace gitsync::util {
namespace {

EntryKind kind_of(mode_t mode) {
  if (S_ISREG(mode)) return EntryKind::kFile;
  if (S_ISDIR(mode)) return EntryKind::kDirectory;
  if (S_ISLNK(mode)) return EntryKind::kSymlink;
  return EntryKind::kOther;
}

EntryInfo to_info(const struct stat& from) {
  return {.kind = kind_of(from.st_mode),
          .id = {.device = from.st_dev, .inode = from.st_ino},
          .owner = from.st_uid,
          .mode = from.st_mode & 07777,
          .size = from.st_size,
          .modified = from.st_mtim};
}

}  // namespace

Result<Folder> Folder::open(const std::string& path) {
  Fd fd(despite_stale([&] { return ::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC); }));
  if (!fd) return fail(sys_error("open " + path));
  return Folder(std::move(fd), path);
}

std::string Folder::path_of(std::string_view below) const {
  if (below.empty()) return path_;
  return path_ + (path_.ends_with('/') ? "" : "/") + std::string(below);
}

FileId Folder::id() const noexcept {
  struct stat info{};
  ::fstat(fd_.get(), &info);  // cannot fail for a descriptor that is open
  return {.device = info.st_dev, .inode = info.st_ino};
}

Result<Folder> Folder::open_beneath(std::string_view path) const {
  GS_TRY(const auto below, path_beneath(path));
  GS_TRY(Fd fd, util::open_beneath(fd_.get(), below.empty() ? "." : below, path_of(below)));
  return Folder(std::move(fd), path_of(below));
}

Result<Folder::Place> Folder::place_of(std::string_view path) const {
  GS_TRY(const auto below, path_beneath(path));
  if (below.empty()) return fail(ErrorKind::kInvalid, path_ + ": an entry in it is needed");
  Place place{.owned = {}, .fd = fd_.get(), .name = std::string(base_name(below))};
  if (place.name.size() == below.size()) return place;
  const std::string parent = dir_name(below);
  GS_TRY(place.owned, util::open_beneath(fd_.get(), parent, path_of(parent)));
  place.fd = place.owned.get();
  return place;
}

Result<EntryInfo> Folder::info(std::string_view path) const {
  struct stat info{};
  GS_TRY(const auto below, path_beneath(path));
  if (below.empty()) {
    if (::fstat(fd_.get(), &info) != 0) return fail(sys_error("stat " + path_));
    return to_info(info);
  }
  const auto place = place_of(below);
  if (!place) {
    const int code = place.error().sys_errno;
    if (code == ENOENT || code == ENOTDIR) return EntryInfo{};
    return fail(place.error());
  }
  if (despite_stale([&] {
        return ::fstatat(place->fd, place->name.c_str(), &info, AT_SYMLINK_NOFOLLOW);
      }) == 0) {
    return to_info(info);
  }
  if (errno == ENOENT) return EntryInfo{};
  return fail(sys_error("stat " + path_of(below)));
}

bool Folder::exists(std::string_view path) const {
  const auto found = info(path);
  return found && found->kind != EntryKind::kNothing;
}

bool Folder::is_directory(std::string_view path) const {
  const auto found = info(path);
  return found && found->kind == EntryKind::kDirectory;
}

Result<Fd> Folder::open_for_reading() const {
  Fd fd(
      despite_stale([&] { return ::openat(fd_.get(), ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
  if (!fd) return fail(sys_error("list " + path_));
  return fd;
}

Result<std::vector<std::string>> Folder::list(std::string_view path) const {
  GS_TRY(const auto folder, open_beneath(path));
  GS_TRY(Fd fd, folder.open_for_reading());
  return sorted_names(std::move(fd), folder.path());
}

Result<void> Folder::for_each_entry(const std::function<Walk(std::string_view)>& visit) const {
  GS_TRY(Fd fd, open_for_reading());
  EntryStream entries(std::move(fd));
  while (true) {
    auto name = entries.next();
    if (!name) return fail(std::move(name).error().with_context("list " + path_));
    const auto& found = *name;
    if (!found || visit(*found) == Walk::kStop) return {};
  }
}

Result<std::string> Folder::read_file(std::string_view path, std::size_t limit) const {
  GS_TRY(const auto place, place_of(path));
  const std::string shown = path_of(path);
  constexpr int kFlags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
  const Fd fd(despite_stale([&] { return ::openat(place.fd, place.name.c_str(), kFlags); }));
  struct stat info{};
  if (!fd || ::fstat(fd.get(), &info) != 0) return fail(sys_error("open " + shown));
  if (!S_ISREG(info.st_mode)) return fail(ErrorKind::kInvalid, shown + " is not a regular file");
  return read_all(fd.get(), shown, limit);
}

Result<std::optional<std::string>> Folder::read_link(std::string_view path) const {
  const auto place = place_of(path);
  if (place) return read_link_at(place->fd, place->name, path_of(path));
  const int code = place.error().sys_errno;
  if (code == ENOENT || code == ENOTDIR) return std::nullopt;
  return fail(place.error());
}

}  // namespace gitsync::util
