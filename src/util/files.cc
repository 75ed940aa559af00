// SPDX-License-Identifier: Apache-2.0
#include "util/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <climits>
#include <memory>

#include "util/fd.h"
#include "util/paths.h"
#include "util/text.h"

namespace gitsync::util {
namespace {

struct DirCloser {
  void operator()(DIR* dir) const noexcept { ::closedir(dir); }
};
using Dir = std::unique_ptr<DIR, DirCloser>;

// How long a pipe given as a file may stay silent.
constexpr std::chrono::milliseconds kPipePatience{1000};

bool has_data_within(int fd, std::chrono::milliseconds time) {
  pollfd readable{.fd = fd, .events = POLLIN, .revents = 0};
  return ::poll(&readable, 1, static_cast<int>(time.count())) == 1;
}

Result<void> write_all(int fd, std::string_view content, const std::string& path) {
  while (!content.empty()) {
    const auto written = ::write(fd, content.data(), content.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return fail(sys_error("write " + path));
    }
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

Result<std::string> read_file(const std::string& path, std::size_t limit) {
  // Without O_NONBLOCK the open of a pipe without writer would wait for ever.
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
  if (!fd) return fail(sys_error("open " + path));
  std::string content;
  std::array<char, 65536> buffer{};
  while (true) {
    const auto got = ::read(fd.get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN && has_data_within(fd.get(), kPipePatience)) continue;
    if (got < 0) return fail(sys_error("read " + path));
    if (got == 0) return content;
    content.append(buffer.data(), static_cast<std::size_t>(got));
    if (content.size() > limit) {
      return fail(ErrorKind::kInvalid,
                  "read " + path + ": larger than " + std::to_string(limit) + " bytes");
    }
  }
}

Result<void> write_file(const std::string& path, std::string_view content, mode_t mode) {
  const Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, mode));
  if (!fd) return fail(sys_error("create " + path));
  return write_all(fd.get(), content, path);
}

Result<void> write_file_atomic(const std::string& path, const std::string& prefix,
                               std::string_view content, mode_t mode) {
  const std::string temporary = dir_name(path) + "/" + prefix + random_suffix();
  const Fd fd(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!fd) return fail(sys_error("create " + temporary));
  auto result = write_all(fd.get(), content, temporary);
  if (result && ::fchmod(fd.get(), mode) != 0) result = fail(sys_error("chmod " + temporary));
  if (result && ::rename(temporary.c_str(), path.c_str()) != 0) {
    result = fail(sys_error("rename " + temporary + " to " + path));
  }
  if (!result) ::unlink(temporary.c_str());
  return result;
}

Result<void> make_directories(const std::string& path, mode_t mode) {
  if (::mkdir(path.c_str(), mode) == 0) return {};
  const int code = errno;
  if (is_directory(path)) return {};
  const std::string parent = dir_name(path);
  if (code != ENOENT || parent == path) return fail(sys_error("create directory " + path, code));
  GS_TRY_VOID(make_directories(parent, mode));
  // Somebody else may have made it meanwhile.
  if (::mkdir(path.c_str(), mode) == 0 || is_directory(path)) return {};
  return fail(sys_error("create directory " + path));
}

Result<std::vector<std::string>> list_directory(const std::string& path) {
  const Dir dir(::opendir(path.c_str()));
  if (!dir) return fail(sys_error("list " + path));
  std::vector<std::string> names;
  errno = 0;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): readdir(3) is safe on a stream of one's own
  while (const dirent* entry = ::readdir(dir.get())) {
    const std::string_view name(entry->d_name);
    if (name != "." && name != "..") names.emplace_back(name);
    errno = 0;
  }
  if (errno != 0) return fail(sys_error("list " + path));
  std::ranges::sort(names);
  return names;
}

Result<std::optional<std::string>> read_link(const std::string& path) {
  std::array<char, PATH_MAX> buffer{};
  const auto size = ::readlink(path.c_str(), buffer.data(), buffer.size());
  if (size >= 0) return std::string(buffer.data(), static_cast<std::size_t>(size));
  if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
  if (errno == EINVAL) return fail(ErrorKind::kInvalid, path + " exists but is not a symlink");
  return fail(sys_error("read link " + path));
}

Result<void> touch(const std::string& path) {
  if (::utimensat(AT_FDCWD, path.c_str(), nullptr, 0) == 0) return {};
  if (errno != ENOENT) return fail(sys_error("touch " + path));
  const Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666));
  if (!fd) return fail(sys_error("create " + path));
  return {};
}

Result<void> sync_directory(const std::string& path) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  // Some network file systems do not sync directories; that is their promise, not a failure.
  if (!fd || (::fsync(fd.get()) != 0 && errno != EINVAL)) return fail(sys_error("sync " + path));
  return {};
}

double free_part_of_disk(const std::string& path) {
  struct statvfs info{};
  if (::statvfs(path.c_str(), &info) != 0) return 1;
  const auto part = [](auto free, auto all) {
    return all == 0 ? 1.0 : static_cast<double>(free) / static_cast<double>(all);
  };
  return std::min(part(info.f_bavail, info.f_blocks), part(info.f_favail, info.f_files));
}

bool exists(const std::string& path) {
  struct stat info{};
  return ::stat(path.c_str(), &info) == 0;
}

bool is_directory(const std::string& path) {
  struct stat info{};
  return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

bool is_real_directory(const std::string& path) {
  struct stat info{};
  return ::lstat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

std::string random_suffix() {
  std::array<char, 6> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    return std::to_string(::getpid());
  }
  return to_hex({bytes.data(), bytes.size()});
}

}  // namespace gitsync::util
