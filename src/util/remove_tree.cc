// SPDX-License-Identifier: Apache-2.0
// Recursive removal by directory descriptors: no symlink is followed, so nothing outside the tree
// can be reached even if someone swaps a directory for a link meanwhile.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <memory>
#include <optional>

#include "util/fd.h"
#include "util/files.h"

namespace gitsync::util {
namespace {

// Descriptors held at once. A hostile tree may be deeper than a process may have files open.
constexpr std::size_t kOpenLevels = 64;

struct DirCloser {
  void operator()(DIR* dir) const noexcept { ::closedir(dir); }
};

// One directory being emptied.
struct Level {
  std::string name;  // in the parent
  Fd fd;             // closed while more than kOpenLevels are below
  dev_t device = 0;  // what it must still be when it is opened again
  ino_t inode = 0;
  std::vector<std::string> entries;  // those not tried yet
};

// Names of all entries. An unreadable directory has none; its removal will tell.
std::vector<std::string> entries_of(int fd) {
  std::vector<std::string> names;
  const int own = ::openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (own < 0) return names;
  const std::unique_ptr<DIR, DirCloser> dir(::fdopendir(own));
  if (!dir) return names;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): readdir(3) is safe on a stream of one's own
  while (const dirent* entry = ::readdir(dir.get())) {
    const std::string_view name(entry->d_name);
    if (name != "." && name != "..") names.emplace_back(name);
  }
  return names;
}

class Remover {
 public:
  explicit Remover(std::string path) : path_(std::move(path)) {}

  Result<void> run() {
    remove_entry(AT_FDCWD, path_);
    // Depth first with an explicit stack: a hostile tree may be deeper than a thread's stack.
    while (!levels_.empty()) step();
    if (error_) return fail(std::move(*error_));
    return {};
  }

 private:
  void note(const std::string& name) {
    if (errno != ENOENT && !error_) error_ = sys_error("remove " + path_ + ": " + name);
  }

  // Through an O_PATH descriptor, because chmod by name would follow a link swapped in meanwhile.
  static bool make_accessible(int parent, const std::string& name) {
    const Fd fd(::openat(parent, name.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC));
    const std::string proc = "/proc/self/fd/" + std::to_string(fd.get());
    return fd && ::chmod(proc.c_str(), 0700) == 0;
  }

  void remove_entry(int parent, const std::string& name) {
    if (::unlinkat(parent, name.c_str(), 0) == 0 || errno == ENOENT) return;
    // EISDIR on Linux, EPERM on other POSIX file systems: perhaps a directory.
    const int code = errno;
    constexpr int kFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    Fd fd(::openat(parent, name.c_str(), kFlags));
    if (!fd && errno == EACCES && make_accessible(parent, name)) {
      fd = Fd(::openat(parent, name.c_str(), kFlags));
    }
    struct stat info = {};
    if (!fd || ::fstat(fd.get(), &info) != 0) {
      if (errno == ENOTDIR || errno == ELOOP) errno = code;
      note(name);
      return;
    }
    // Entries can be removed only from a directory that we may write. Best effort: the removal
    // itself reports what is left.
    if ((info.st_mode & 0700) != 0700 && info.st_uid == ::geteuid()) {
      [[maybe_unused]] const int ignored = ::fchmod(fd.get(), 0700);
    }
    auto entries = entries_of(fd.get());
    levels_.push_back({name, std::move(fd), info.st_dev, info.st_ino, std::move(entries)});
    if (levels_.size() > kOpenLevels) levels_[levels_.size() - 1 - kOpenLevels].fd.reset();
  }

  void step() {
    Level& level = levels_.back();
    if (!level.entries.empty()) {
      const std::string name = std::move(level.entries.back());
      level.entries.pop_back();
      remove_entry(level.fd.get(), name);
      return;
    }
    const Level done = std::move(level);
    levels_.pop_back();
    if (levels_.empty()) {
      remove_directory(AT_FDCWD, done.name);
      return;
    }
    if (!levels_.back().fd && !open_again(levels_.back(), done.fd)) {
      // Somebody moved a part of the tree: what is above cannot be reached safely any more.
      note(done.name);
      levels_.clear();
      return;
    }
    remove_directory(levels_.back().fd.get(), done.name);
  }

  // From the directory below by "..", which is the same one unless it was moved meanwhile.
  static bool open_again(Level& level, const Fd& below) {
    Fd fd(::openat(below.get(), "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    struct stat info = {};
    if (!fd || ::fstat(fd.get(), &info) != 0) return false;
    errno = ESTALE;
    if (info.st_dev != level.device || info.st_ino != level.inode) return false;
    level.fd = std::move(fd);
    return true;
  }

  void remove_directory(int parent, const std::string& name) {
    if (::unlinkat(parent, name.c_str(), AT_REMOVEDIR) != 0) note(name);
  }

  const std::string path_;
  std::vector<Level> levels_;
  std::optional<Error> error_;
};

}  // namespace

Result<void> remove_tree(const std::string& path) { return Remover(path).run(); }

}  // namespace gitsync::util
