// SPDX-License-Identifier: Apache-2.0
// Recursive removal by directory descriptors: no symlink is followed, so nothing outside the tree
// can be reached even if someone swaps a directory for a link meanwhile.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <optional>

#include "util/fd.h"
#include "util/files.h"

namespace gitsync::util {
namespace {

struct DirCloser {
  void operator()(DIR* dir) const noexcept { ::closedir(dir); }
};

// One directory being emptied. `dir` owns the descriptor.
struct Level {
  std::unique_ptr<DIR, DirCloser> dir;
  std::string name;  // in the parent
  int fd() const { return ::dirfd(dir.get()); }
};

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
    int fd = ::openat(parent, name.c_str(), kFlags);
    if (fd < 0 && errno == EACCES && make_accessible(parent, name)) {
      fd = ::openat(parent, name.c_str(), kFlags);
    }
    if (fd < 0) {
      if (errno == ENOTDIR || errno == ELOOP) errno = code;
      return note(name);
    }
    // Entries can be removed only from a directory that we may write. Best effort: the removal
    // itself reports what is left.
    struct stat info{};
    if (::fstat(fd, &info) == 0 && (info.st_mode & 0700) != 0700 && info.st_uid == ::geteuid()) {
      [[maybe_unused]] const int ignored = ::fchmod(fd, 0700);
    }
    std::unique_ptr<DIR, DirCloser> dir(::fdopendir(fd));
    if (!dir) {
      note(name);
      Fd{fd}.reset();
      return;
    }
    levels_.push_back({std::move(dir), name});
  }

  void step() {
    while (const dirent* entry = ::readdir(levels_.back().dir.get())) {
      const std::string name(entry->d_name);
      if (name == "." || name == "..") continue;
      const std::size_t depth = levels_.size();
      remove_entry(levels_.back().fd(), name);
      if (levels_.size() > depth) return;  // go down first
    }
    const Level done = std::move(levels_.back());
    levels_.pop_back();
    const int parent = levels_.empty() ? AT_FDCWD : levels_.back().fd();
    if (::unlinkat(parent, done.name.c_str(), AT_REMOVEDIR) != 0) note(done.name);
  }

  const std::string path_;
  std::vector<Level> levels_;
  std::optional<Error> error_;
};

}  // namespace

Result<void> remove_tree(const std::string& path) { return Remover(path).run(); }

}  // namespace gitsync::util
