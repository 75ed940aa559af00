// SPDX-License-Identifier: Apache-2.0
// The half of Folder that changes something.
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "util/descriptor_io.h"
#include "util/folder.h"
#include "util/open_beneath.h"
#include "util/stale.h"
#include "util/text.h"

namespace gitsync::util {
namespace {

unsigned to_flags(OnTarget on_target) {
  switch (on_target) {
    case OnTarget::kReplace:
      return 0;
    case OnTarget::kRefuse:
      return RENAME_NOREPLACE;
    case OnTarget::kExchange:
      return RENAME_EXCHANGE;
  }
  return 0;
}

}  // namespace

Result<Folder> Folder::make_directories(std::string_view path, mode_t mode) const {
  GS_TRY(const auto below, path_beneath(path));
  GS_TRY(auto at, open_beneath(""));
  if (below.empty()) return at;
  for (const auto& name : split(below, '/')) {
    // What is there already is opened, or refused, as what it is then.
    if (despite_stale([&] { return ::mkdirat(at.fd(), name.c_str(), mode); }) != 0 &&
        errno != EEXIST) {
      auto error = sys_error("create directory " + at.path_of(name));
      // A volume that may not be written, or that says so first, may still have it.
      auto existing = at.open_beneath(name);
      if (!existing) return fail(std::move(error));
      at = std::move(*existing);
      continue;
    }
    GS_TRY(at, at.open_beneath(name));
  }
  return at;
}

Result<void> Folder::write_file_atomic(std::string_view path, std::string_view prefix,
                                       std::string_view content, mode_t mode,
                                       Durability durability) const {
  GS_TRY(const auto place, place_of(path));
  GS_TRY_VOID(write_atomic_at(place.fd, {.temporary = std::string(prefix) + random_suffix(),
                                         .final = place.name,
                                         .shown = path_of(path),
                                         .content = content,
                                         .mode = mode,
                                         .durability = durability}));
  if (durability == Durability::kSynced) return sync_directory_at(place.fd, ".", path_of(path));
  return {};
}

Result<void> Folder::touch(std::string_view path, mode_t mode) const {
  GS_TRY(const auto place, place_of(path));
  const std::string shown = path_of(path);
  GS_TRY(const auto found, info(path));
  if (found.kind == EntryKind::kSymlink) {
    return fail(Error{.kind = ErrorKind::kLocal,
                      .message = "touch " + shown + ": is a symlink, which is not followed",
                      .sys_errno = ELOOP});
  }
  // Whatever takes its place from here on, no call follows a symlink.
  if (despite_stale([&] {
        return ::utimensat(place.fd, place.name.c_str(), nullptr, AT_SYMLINK_NOFOLLOW);
      }) == 0)
    return {};
  if (errno != ENOENT) return fail(sys_error("touch " + shown));
  constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  const Fd made(
      despite_stale([&] { return ::openat(place.fd, place.name.c_str(), kFlags, mode); }));
  if (!made && errno != EEXIST) return fail(sys_error("create " + shown));
  return {};  // made, or made by somebody else just now
}

Result<void> Folder::make_symlink(std::string_view target, std::string_view path) const {
  GS_TRY(const auto place, place_of(path));
  if (despite_stale([&] {
        return ::symlinkat(std::string(target).c_str(), place.fd, place.name.c_str());
      }) == 0)
    return {};
  return fail(sys_error("create symlink " + path_of(path)));
}

Result<void> Folder::rename(std::string_view from, const Folder& target, std::string_view to,
                            OnTarget on_target) const {
  GS_TRY(const auto old_place, place_of(from));
  GS_TRY(const auto new_place, target.place_of(to));
  if (despite_stale([&] {
        return ::renameat2(old_place.fd, old_place.name.c_str(), new_place.fd,
                           new_place.name.c_str(), to_flags(on_target));
      }) == 0) {
    return {};
  }
  return fail(sys_error("rename " + path_of(from) + " to " + target.path_of(to)));
}

Result<void> Folder::remove_file(std::string_view path) const {
  const auto place = place_of(path);
  if (!place && place.error().kind == ErrorKind::kNotFound) return {};
  if (!place) return fail(place.error());
  if (despite_stale([&] { return ::unlinkat(place->fd, place->name.c_str(), 0); }) == 0 ||
      errno == ENOENT)
    return {};
  return fail(sys_error("remove " + path_of(path)));
}

Result<void> Folder::sync() const { return sync_directory_at(fd_.get(), ".", path_); }

}  // namespace gitsync::util
