// SPDX-License-Identifier: Apache-2.0
// The half of FileMaker that takes files from another tree. That tree may be written by others at
// any moment, so what was taken is looked at in its new place, where nobody else is.
#include <fcntl.h>
#include <linux/limits.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "tree/entry_path.h"
#include "tree/file_maker.h"
#include "util/fd.h"

namespace gitsync::tree {
namespace {

using util::Result;

bool is_lack_of_room(int code) { return code == ENOSPC || code == EDQUOT; }

void remove(const Spot& spot) {
  [[maybe_unused]] const int ignored = ::unlinkat(spot.folder, spot.name.c_str(), 0);
}

// The mtime is what tells Airflow that a file did not change.
std::array<timespec, 2> only_modified(const timespec& modified) {
  return {timespec{.tv_sec = 0, .tv_nsec = UTIME_OMIT}, modified};
}

// Whether copy_file_range(2) is not to be had for these two files, so that reading and writing may.
bool cannot_copy_ranges(int code) {
  return code == EXDEV || code == EINVAL || code == EOPNOTSUPP || code == ENOSYS || code == EPERM ||
         code == ETXTBSY || code == EIO;
}

// Up to `most` bytes; 0 at the end of the file, -1 and errno on failure.
ssize_t copy_by_buffer(int from, int to, std::size_t most) {
  std::array<char, 65536> buffer;  // NOLINT(*-member-init): filled by read
  const auto got = ::read(from, buffer.data(), std::min(most, buffer.size()));
  for (ssize_t done = 0; done < got;) {
    const auto written = ::write(to, buffer.data() + done, static_cast<std::size_t>(got - done));
    if (written < 0 && errno != EINTR) return -1;
    done += std::max<ssize_t>(written, 0);
  }
  return got;
}

std::optional<FileStat> stat_open(int fd) {
  struct stat info{};
  if (::fstat(fd, &info) != 0) return std::nullopt;
  return FileStat::of(info);
}

bool is_still(const std::optional<FileStat>& now, const FileStat& recorded) {
  return now && is_same_file(*now, recorded);
}

}  // namespace

Result<std::optional<FileStat>> FileMaker::take(int from, const Spot& spot, const FileEntry& entry,
                                                const FileStat& recorded) const {
  if (entry.kind == FileKind::kFolder) return std::nullopt;
  if (const auto linked = link(from, spot, recorded)) return linked;
  return copy(from, spot, entry, recorded);
}

std::optional<FileStat> FileMaker::link(int from, const Spot& spot,
                                        const FileStat& recorded) const {
  if (sharing_ == Sharing::kNone || !is_like_new(recorded, custom_)) return std::nullopt;
  // EXDEV, EPERM, EMLINK, EOPNOTSUPP and whatever else a volume may say: a copy may do.
  if (::linkat(from, spot.name.c_str(), spot.folder, spot.name.c_str(), 0) != 0) {
    return std::nullopt;
  }
  const auto linked = stat_entry(spot.folder, spot.name);
  if (is_still(linked, recorded)) return linked;
  remove(spot);
  return std::nullopt;
}

std::optional<FileStat> FileMaker::link_ready(const Spot& spot, const FileEntry& entry,
                                              const TreeContents::Ready& ready) {
  if (::linkat(ready.folder, ready.name.c_str(), spot.folder, spot.name.c_str(), 0) != 0) {
    return std::nullopt;
  }
  const auto linked = stat_entry(spot.folder, spot.name);
  if (linked && is_of_kind(linked->mode, entry.kind) && linked->size == ready.bytes) return linked;
  remove(spot);
  return std::nullopt;
}

Result<std::optional<FileStat>> FileMaker::copy(int from, const Spot& spot, const FileEntry& entry,
                                                const FileStat& recorded) const {
  if (entry.kind == FileKind::kSymlink) return copy_symlink(from, spot, recorded);
  constexpr int kRead = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
  const util::Fd old(::openat(from, spot.name.c_str(), kRead));
  if (!old || !is_still(stat_open(old.get()), recorded)) return std::nullopt;
  constexpr int kWrite = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  util::Fd copied(::openat(spot.folder, spot.name.c_str(), kWrite, creation_mode(entry.kind)));
  if (!copied) return std::nullopt;
  auto whole = copy_content(old.get(), copied.get(), recorded.size);
  if (!whole) return util::fail(std::move(whole).error().with_context(printable_path(spot.path)));
  if (*whole && is_still(stat_open(old.get()), recorded) &&
      ::futimens(copied.get(), only_modified(recorded.modified).data()) == 0) {
    const auto stat = stat_open(copied.get());
    if (stat && copied.close()) return stat;
  }
  remove(spot);
  return std::nullopt;
}

// False if there are not that many bytes, or if they cannot be read. Errors: no room; the limit.
Result<bool> FileMaker::copy_content(int from, int to, std::uint64_t bytes) const {
  constexpr std::uint64_t kPiece = std::uint64_t{16} << 20;
  bool by_range = true;
  while (bytes > 0) {
    const auto piece = static_cast<std::size_t>(std::min(bytes, kPiece));
    const auto done = by_range ? ::copy_file_range(from, nullptr, to, nullptr, piece, 0)
                               : copy_by_buffer(from, to, piece);
    if (done < 0 && errno == EINTR) continue;
    if (done < 0 && is_lack_of_room(errno)) return util::fail(util::sys_error("copy"));
    // Some file systems say that the file ends here when they cannot.
    if (by_range && (done == 0 || (done < 0 && cannot_copy_ranges(errno)))) {
      by_range = false;
      continue;
    }
    if (done <= 0) return false;
    bytes -= static_cast<std::uint64_t>(done);
    if (bytes > 0) GS_TRY_VOID(limit_.check());
  }
  return true;
}

std::optional<FileStat> FileMaker::copy_symlink(int from, const Spot& spot,
                                                const FileStat& recorded) const {
  std::array<char, PATH_MAX> target{};
  const auto size = ::readlinkat(from, spot.name.c_str(), target.data(), target.size() - 1);
  if (size <= 0 || !is_still(stat_entry(from, spot.name), recorded)) return std::nullopt;
  if (::symlinkat(target.data(), spot.folder, spot.name.c_str()) != 0) return std::nullopt;
  const auto times = only_modified(recorded.modified);
  if (::utimensat(spot.folder, spot.name.c_str(), times.data(), AT_SYMLINK_NOFOLLOW) == 0) {
    if (const auto copied = stat_entry(spot.folder, spot.name)) return copied;
  }
  remove(spot);
  return std::nullopt;
}

}  // namespace gitsync::tree
