// SPDX-License-Identifier: Apache-2.0
#include "util/files.h"

#include <fcntl.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "util/descriptor_io.h"
#include "util/fd.h"
#include "util/paths.h"
#include "util/stale.h"
#include "util/text.h"

namespace gitsync::util {
Result<std::string> read_file(const std::string& path, std::size_t limit) {
  // Without O_NONBLOCK the open of a pipe without writer would wait for ever.
  const Fd fd(despite_stale(
      [&] { return ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK); }));
  if (!fd) return fail(sys_error("open " + path));
  return read_all(fd.get(), path, limit);
}

Result<void> write_file(const std::string& path, std::string_view content, mode_t mode) {
  const Fd fd(despite_stale([&] {
    return ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, mode);
  }));
  if (!fd) return fail(sys_error("create " + path));
  return write_all(fd.get(), content, path);
}

Result<void> write_file_atomic(const std::string& path, const std::string& prefix,
                               std::string_view content, mode_t mode, Durability durability) {
  const std::string directory = dir_name(path);
  GS_TRY_VOID(write_atomic_at(AT_FDCWD, {.temporary = directory + "/" + prefix + random_suffix(),
                                         .final = path,
                                         .shown = path,
                                         .content = content,
                                         .mode = mode,
                                         .durability = durability}));
  if (durability == Durability::kSynced) return sync_directory(directory);
  return {};
}

Result<void> make_directories(const std::string& path, mode_t mode) {
  if (despite_stale([&] { return ::mkdir(path.c_str(), mode); }) == 0) return {};
  const int code = errno;
  if (is_directory(path)) return {};
  const std::string parent = dir_name(path);
  if (code != ENOENT || parent == path) return fail(sys_error("create directory " + path, code));
  GS_TRY_VOID(make_directories(parent, mode));
  // Somebody else may have made it meanwhile.
  if (despite_stale([&] { return ::mkdir(path.c_str(), mode); }) == 0 || is_directory(path)) {
    return {};
  }
  return fail(sys_error("create directory " + path));
}

Result<std::vector<std::string>> list_directory(const std::string& path) {
  Fd fd(despite_stale([&] { return ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
  if (!fd) return fail(sys_error("list " + path));
  return sorted_names(std::move(fd), path);
}

Result<std::optional<std::string>> read_link(const std::string& path) {
  return read_link_at(AT_FDCWD, path, path);
}

Result<void> touch(const std::string& path) {
  if (despite_stale([&] { return ::utimensat(AT_FDCWD, path.c_str(), nullptr, 0); }) == 0) {
    return {};
  }
  if (errno != ENOENT) return fail(sys_error("touch " + path));
  const Fd fd(despite_stale(
      [&] { return ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666); }));
  if (!fd) return fail(sys_error("create " + path));
  return {};
}

Result<void> sync_directory(const std::string& path) {
  return sync_directory_at(AT_FDCWD, path, path);
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
  return despite_stale([&] { return ::stat(path.c_str(), &info); }) == 0;
}

bool is_directory(const std::string& path) {
  struct stat info{};
  return despite_stale([&] { return ::stat(path.c_str(), &info); }) == 0 && S_ISDIR(info.st_mode);
}

bool is_real_directory(const std::string& path) {
  struct stat info{};
  return despite_stale([&] { return ::lstat(path.c_str(), &info); }) == 0 && S_ISDIR(info.st_mode);
}

std::string random_suffix() {
  std::array<char, 6> bytes{};
  if (::getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) {
    return std::to_string(::getpid());
  }
  return to_hex({bytes.data(), bytes.size()});
}

}  // namespace gitsync::util
