// SPDX-License-Identifier: Apache-2.0
#include "util/descriptor_io.h"

#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <climits>
#include <utility>

#include "util/entry_stream.h"
#include "util/stale.h"

namespace gitsync::util {
namespace {

// How long a pipe given as a file may stay silent.
constexpr std::chrono::milliseconds kPipePatience{1000};

bool has_data_within(int fd, std::chrono::milliseconds time) {
  pollfd readable{.fd = fd, .events = POLLIN, .revents = 0};
  return ::poll(&readable, 1, static_cast<int>(time.count())) == 1;
}

// A network volume may give all files one mode and refuse others: then what is public has that one.
// What is to be private is not left readable for others.
Result<void> set_mode(const Fd& fd, const AtomicWrite& file) {
  struct stat info{};
  if (::fstat(fd.get(), &info) == 0 && (info.st_mode & 07777) == file.mode) return {};
  if (::fchmod(fd.get(), file.mode) == 0) return {};
  const bool is_refused = errno == EPERM || errno == EACCES || errno == EOPNOTSUPP ||
                          errno == ENOSYS || errno == EINVAL;
  const bool is_private = (file.mode & 077) == 0;
  if (is_refused && !is_private) return {};
  return fail(sys_error("chmod " + file.shown));
}

Result<void> fill(const Fd& fd, const AtomicWrite& file) {
  GS_TRY_VOID(write_all(fd.get(), file.content, file.shown));
  GS_TRY_VOID(set_mode(fd, file));
  if (file.durability == Durability::kSynced && ::fsync(fd.get()) != 0) {
    return fail(sys_error("sync " + file.shown));
  }
  return {};
}

}  // namespace

Result<std::string> read_all(int fd, const std::string& shown, std::size_t limit) {
  std::string content;
  std::array<char, 65536> buffer{};
  while (true) {
    const auto got = ::read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0 && errno == EAGAIN && has_data_within(fd, kPipePatience)) continue;
    if (got < 0) return fail(sys_error("read " + shown));
    if (got == 0) return content;
    content.append(buffer.data(), static_cast<std::size_t>(got));
    if (content.size() > limit) {
      return fail(ErrorKind::kInvalid,
                  "read " + shown + ": larger than " + std::to_string(limit) + " bytes");
    }
  }
}

Result<void> read_pieces(int fd, const std::string& shown,
                         const std::function<Result<void>(std::string_view)>& visit) {
  std::array<char, std::size_t{64} << 10> buffer;  // NOLINT(*-member-init): filled by read
  while (true) {
    const ssize_t got = ::read(fd, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return fail(sys_error("read " + shown));
    if (got == 0) return {};
    GS_TRY_VOID(visit({buffer.data(), static_cast<std::size_t>(got)}));
  }
}

Result<void> write_all(int fd, std::string_view content, const std::string& shown) {
  while (!content.empty()) {
    const auto written = ::write(fd, content.data(), content.size());
    if (written < 0) {
      if (errno == EINTR) continue;
      return fail(sys_error("write " + shown));
    }
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Result<std::vector<std::string>> sorted_names(Fd directory, const std::string& shown) {
  EntryStream entries(std::move(directory));
  std::vector<std::string> names;
  while (true) {
    auto name = entries.next();
    if (!name) return fail(std::move(name).error().with_context("list " + shown));
    const auto& found = *name;
    if (!found) break;
    names.emplace_back(*found);
  }
  std::ranges::sort(names);
  return names;
}

Result<std::optional<std::string>> read_link_at(int directory, const std::string& name,
                                                const std::string& shown) {
  std::array<char, PATH_MAX> buffer{};
  const auto size = despite_stale(
      [&] { return ::readlinkat(directory, name.c_str(), buffer.data(), buffer.size()); });
  if (size >= 0) return std::string(buffer.data(), static_cast<std::size_t>(size));
  if (errno == ENOENT || errno == ENOTDIR) return std::nullopt;
  if (errno == EINVAL) return fail(ErrorKind::kInvalid, shown + " exists but is not a symlink");
  return fail(sys_error("read link " + shown));
}

Result<void> write_atomic_at(int directory, const AtomicWrite& file) {
  constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
  const Fd fd(despite_stale(
      [&] { return ::openat(directory, file.temporary.c_str(), kFlags, file.mode); }));
  if (!fd) return fail(sys_error("create " + file.shown));
  auto result = fill(fd, file);
  if (result && despite_stale([&] {
                  return ::renameat(directory, file.temporary.c_str(), directory,
                                    file.final.c_str());
                }) != 0) {
    result = fail(sys_error("replace " + file.shown));
  }
  if (!result) ::unlinkat(directory, file.temporary.c_str(), 0);
  return result;
}

Result<void> sync_directory_at(int directory, const std::string& name, const std::string& shown) {
  const Fd fd(despite_stale(
      [&] { return ::openat(directory, name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
  // Some network file systems do not sync directories; that is their promise, not a failure.
  if (!fd || (::fsync(fd.get()) != 0 && errno != EINVAL)) return fail(sys_error("sync " + shown));
  return {};
}

}  // namespace gitsync::util
