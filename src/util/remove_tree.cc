// SPDX-License-Identifier: Apache-2.0
// Depth first by directory descriptors, with an explicit stack: a hostile tree may be deeper than
// a thread's stack, than a path may be long, and than a process may have files open.
#include "util/remove_tree.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "util/entry_stream.h"
#include "util/fd.h"
#include "util/files.h"
#include "util/mounted.h"
#include "util/paths.h"
#include "util/removal_error.h"
#include "util/stale.h"

namespace gitsync::util {
namespace {

// Descriptors held at once.
constexpr std::size_t kOpenLevels = 64;
// Readings of one directory. A reading may miss entries, since others go meanwhile; each but the
// last removes something, and whoever keeps adding does not keep us here.
constexpr int kReadings = 64;
constexpr std::size_t kStepsBetweenChecks = 64;

// One directory being emptied.
struct Level {
  std::string name;  // in the parent
  EntryStream entries;
  DirectoryId id;            // what it must still be when it is opened again
  std::size_t removed = 0;   // in this reading
  int readings = kReadings;  // left
};

class Remover {
 public:
  Remover(int parent, std::string name, std::string shown, const RemoveOptions& options)
      : parent_(parent), name_(std::move(name)), shown_(std::move(shown)), options_(options) {}

  Result<void> run() {
    const std::string holder = dir_name(name_);
    if (const auto found = identify_at(parent_, holder.c_str())) top_ = *found;
    remove_entry(name_.c_str());
    while (!levels_.empty()) {
      GS_TRY_VOID(check_limit());
      step();
      if (failures_ >= options_.failures) break;
    }
    if (error_) return fail(std::move(*error_));
    return {};
  }

 private:
  // Costs a system call, so only now and then.
  Result<void> check_limit() {
    if (steps_++ % kStepsBetweenChecks != 0) return {};
    auto open = options_.limit.check();
    if (!open) return fail(std::move(open).error().with_context("remove " + shown_));
    return {};
  }

  // The directory that holds what is being removed.
  int holder() const { return levels_.empty() ? parent_ : levels_.back().entries.fd(); }
  const DirectoryId& holder_id() const { return levels_.empty() ? top_ : levels_.back().id; }

  // From errno: `name`, in holder(), could not be removed.
  void note(const char* name) {
    const int code = errno;
    if (code == ENOENT) return;
    ++failures_;
    if (!error_) error_ = removal_error(shown_, way_to(name), code, owner_in_the_way(name));
  }

  // Of the entry below what is removed; "" for that itself.
  std::string way_to(const char* name) const {
    std::string way;
    for (std::size_t i = 1; i < levels_.size(); ++i) way += levels_[i].name + "/";
    return levels_.empty() ? "" : way + name;
  }

  // Removing needs permission on the directory; a sticky one wants the entry's owner too.
  Obstacle owner_in_the_way(const char* name) const {
    if (holder_id().owner != ::geteuid()) return {.owner = holder_id().owner, .is_holder = true};
    struct stat info{};
    if (::fstatat(holder(), name, &info, AT_SYMLINK_NOFOLLOW) != 0) return {};
    return {.owner = info.st_uid};
  }

  void count_removed() {
    if (!levels_.empty()) ++levels_.back().removed;
  }

  void remove_entry(const char* name) {
    if (despite_stale([&] { return ::unlinkat(holder(), name, 0); }) == 0) {
      count_removed();
      return;
    }
    if (errno == ENOENT) return;
    // EISDIR on Linux, EPERM on other POSIX file systems: perhaps a directory.
    const int code = errno;
    Fd fd = open_directory(name);
    const auto id = fd ? identify(fd.get()) : std::nullopt;
    if (id && !is_mounted(*id, holder_id())) {
      enter(name, std::move(fd), *id);
      return;
    }
    if (id) errno = EXDEV;
    if (errno == ENOTDIR || errno == ELOOP) errno = code;
    note(name);
  }

  void enter(const char* name, Fd fd, const DirectoryId& id) {
    make_writable(fd, id);
    levels_.push_back({.name = name, .entries = EntryStream(std::move(fd)), .id = id});
    if (levels_.size() > kOpenLevels) levels_[levels_.size() - 1 - kOpenLevels].entries.park();
  }

  Fd open_directory(const char* name) const {
    constexpr int kFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    Fd fd(despite_stale([&] { return ::openat(holder(), name, kFlags); }));
    if (!fd && errno == EACCES && make_accessible(name)) {
      fd = Fd(despite_stale([&] { return ::openat(holder(), name, kFlags); }));
    }
    return fd;
  }

  // Through an O_PATH descriptor, because chmod by name would follow a link swapped in meanwhile.
  bool make_accessible(const char* name) const {
    const int code = errno;
    const Fd fd(despite_stale(
        [&] { return ::openat(holder(), name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC); }));
    const auto id = fd ? identify(fd.get()) : std::nullopt;
    const std::string proc = "/proc/self/fd/" + std::to_string(fd.get());
    if (id && !is_mounted(*id, holder_id()) && ::chmod(proc.c_str(), 0700) == 0) return true;
    errno = code;
    return false;
  }

  // Entries can be removed only from a directory that we may write. Best effort: the removal
  // itself reports what is left.
  static void make_writable(const Fd& fd, const DirectoryId& id) {
    if ((id.mode & 0700) == 0700 || id.owner != ::geteuid()) return;
    [[maybe_unused]] const int ignored = ::fchmod(fd.get(), 0700);
  }

  void step() {
    Level& level = levels_.back();
    // Without a copy: it is valid until the next one of this level.
    const auto read = level.entries.next();
    if (const auto name = read.value_or(std::nullopt)) {
      // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage): EntryStream promises the NUL
      remove_entry(name->data());
      return;
    }
    if (!read && level.removed == 0) {
      errno = read.error().sys_errno;
      note(".");
    }
    leave();
  }

  // Removes the directory that has been read to its end, or reads it again.
  void leave() {
    Level done = std::move(levels_.back());
    levels_.pop_back();
    if (!levels_.empty() && levels_.back().entries.is_parked() &&
        !open_again(levels_.back(), done.entries.fd())) {
      // Somebody moved a part of the tree: what is above cannot be reached safely any more.
      note_lost(done.name.c_str());
      levels_.clear();
      return;
    }
    if (despite_stale([&] { return ::unlinkat(holder(), done.name.c_str(), AT_REMOVEDIR); }) == 0) {
      count_removed();
      return;
    }
    const bool more = (errno == ENOTEMPTY || errno == EEXIST) && done.removed > 0;
    if (!more || --done.readings == 0) {
      note(done.name.c_str());
      return;
    }
    done.removed = 0;
    done.entries.rewind();
    levels_.push_back(std::move(done));
  }

  void note_lost(const char* name) {
    ++failures_;
    if (!error_) error_ = removal_error(shown_, way_to(name), errno, {});
  }

  // From the directory below by "..", which is the same one unless it was moved meanwhile.
  static bool open_again(Level& level, int below) {
    Fd fd(::openat(below, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    const auto id = fd ? identify(fd.get()) : std::nullopt;
    if (!id) return false;
    errno = ESTALE;
    if (!(id->file == level.id.file)) return false;
    level.entries.resume(std::move(fd));
    return true;
  }

  const int parent_;
  const std::string name_;   // in parent_
  const std::string shown_;  // the whole path
  const RemoveOptions& options_;
  DirectoryId top_;  // of parent_
  std::vector<Level> levels_;
  std::size_t steps_ = 0;
  std::size_t failures_ = 0;
  std::optional<Error> error_;
};

}  // namespace

Result<void> remove_tree(const Folder& folder, std::string_view path,
                         const RemoveOptions& options) {
  const auto place = folder.place_of(path);
  if (!place && place.error().kind == ErrorKind::kNotFound) return {};
  if (!place) return fail(place.error());
  return Remover(place->fd, place->name, folder.path_of(path), options).run();
}

Result<void> remove_tree(const std::string& path) {
  return Remover(AT_FDCWD, path, path, {}).run();
}

}  // namespace gitsync::util
