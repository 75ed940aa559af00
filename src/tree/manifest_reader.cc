// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include "tree/entry_path.h"
#include "tree/manifest.h"

namespace gitsync::tree {
namespace {

using util::Result;

constexpr std::size_t kBufferBytes = std::size_t{64} << 10;  // a multiple of eight

// Fills `bytes`, which the file is said to hold. False at an early end or an error.
bool read_at(int fd, char* bytes, std::size_t count, std::uint64_t offset) {
  while (count > 0) {
    const auto got = ::pread(fd, bytes, count, static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    bytes += got;
    count -= static_cast<std::size_t>(got);
    offset += static_cast<std::uint64_t>(got);
  }
  return true;
}

FileStat stat_of(const RecordHead& head) {
  return {.size = head.size,
          .inode = head.inode,
          .modified = {.tv_sec = head.modified_s, .tv_nsec = head.modified_ns},
          .changed = {.tv_sec = head.changed_s, .tv_nsec = head.changed_ns},
          .mode = head.mode,
          .uid = head.uid,
          .gid = head.gid};
}

}  // namespace

ManifestReader::ManifestReader(util::Fd fd, std::string shown)
    : fd_(std::move(fd)), shown_(std::move(shown)) {}

std::unexpected<util::Error> ManifestReader::corrupt(const char* why) const {
  return util::fail(util::ErrorKind::kCorrupt, "manifest " + shown_ + ": " + why);
}

Result<ManifestReader> ManifestReader::open(util::Fd fd, std::string shown) {
  ManifestReader reader(std::move(fd), std::move(shown));
  GS_TRY_VOID(reader.check());
  GS_TRY_VOID(reader.read_header());
  GS_TRY_VOID(reader.next());
  return reader;
}

Result<ManifestReader> ManifestReader::again() const {
  util::Fd copy(::fcntl(fd_.get(), F_DUPFD_CLOEXEC, 0));
  if (!copy) return util::fail(util::sys_error("hold manifest " + shown_));
  ManifestReader reader(std::move(copy), shown_);
  reader.end_ = end_;
  reader.top_ = top_;
  reader.records_ = reader.left_ = records_;
  GS_TRY_VOID(reader.read_header());
  GS_TRY_VOID(reader.next());
  return reader;
}

// Checksum and trailer.
Result<void> ManifestReader::check() {
  struct stat info{};
  Trailer trailer{};
  if (::fstat(fd_.get(), &info) != 0) return util::fail(util::sys_error("stat " + shown_));
  if (!S_ISREG(info.st_mode) || info.st_size < off_t{sizeof trailer})
    return corrupt("is too short");
  end_ = static_cast<std::uint64_t>(info.st_size) - sizeof trailer;
  ManifestSum sum;
  std::string piece(kBufferBytes, '\0');
  for (std::uint64_t at = 0; at < end_; at += piece.size()) {
    piece.resize(std::min<std::uint64_t>(kBufferBytes, end_ - at));
    if (!read_at(fd_.get(), piece.data(), piece.size(), at)) return corrupt("cannot be read");
    sum.add(piece);
  }
  if (!read_at(fd_.get(), reinterpret_cast<char*>(&trailer), sizeof trailer, end_)) {
    return corrupt("cannot be read");
  }
  sum.add({reinterpret_cast<const char*>(&trailer), offsetof(Trailer, sum)});
  if (trailer.sum != sum.value()) return corrupt("its checksum is wrong");
  records_ = left_ = trailer.records;
  top_ = trailer.top;
  return {};
}

Result<void> ManifestReader::read_header() {
  GS_TRY(const auto magic, take(kManifestMagic.size()));
  if (magic != kManifestMagic) return corrupt("is of another version");
  std::uint32_t order = 0;
  GS_TRY(const auto order_bytes, take(sizeof order));
  std::memcpy(&order, order_bytes.data(), sizeof order);
  if (order != kByteOrder) return corrupt("is of another machine");
  GS_TRY(const auto size, take(1));
  GS_TRY(const auto id, take(static_cast<std::uint8_t>(size.front())));
  revision_.id = id;
  return {};
}

// The next bytes, valid until the next call.
Result<std::string_view> ManifestReader::take(std::size_t bytes) {
  if (buffer_.size() - used_ < bytes) {
    buffer_.erase(0, std::exchange(used_, 0));
    const std::size_t old = buffer_.size();
    const std::uint64_t wanted = std::max(bytes, kBufferBytes) - old;
    const auto more = static_cast<std::size_t>(std::min<std::uint64_t>(wanted, end_ - offset_));
    buffer_.resize(old + more);
    if (!read_at(fd_.get(), buffer_.data() + old, more, offset_)) return corrupt("cannot be read");
    offset_ += more;
  }
  if (buffer_.size() - used_ < bytes) return corrupt("ends too early");
  const auto taken = std::string_view(buffer_).substr(used_, bytes);
  used_ += bytes;
  return taken;
}

Result<void> ManifestReader::next() {
  if (left_ == 0) {
    // The top, whose path is "", is last, so that nothing was cut off.
    if (!record_.is_directory || !record_.path.empty()) return corrupt("has no top");
    if (offset_ != end_ || used_ != buffer_.size()) return corrupt("has too much");
    at_end_ = true;
    return {};
  }
  --left_;
  return decode();
}

Result<void> ManifestReader::decode() {
  RecordHead head{};
  GS_TRY(const auto head_bytes, take(sizeof head));
  std::memcpy(&head, head_bytes.data(), sizeof head);
  const bool is_directory = head.kind == kDirectoryKind;
  if (!is_directory && head.kind > static_cast<std::uint8_t>(FileKind::kFolder)) {
    return corrupt("has an unknown kind");
  }
  if (head.shared > path_.size() || head.suffix > kMostPathBytes ||
      head.shared + head.suffix > kMostPathBytes || head.id_size > kMostIdBytes) {
    return corrupt("has a wrong length");
  }
  GS_TRY(const auto suffix, take(head.suffix));
  path_.resize(head.shared);
  path_ += suffix;
  GS_TRY_VOID(check_order(path_, is_directory));
  GS_TRY(const auto id, take(head.id_size));
  record_.path = path_;
  record_.is_directory = is_directory;
  record_.entry.kind = is_directory ? FileKind::kFolder : static_cast<FileKind>(head.kind);
  record_.entry.content_id = id;
  record_.stat = stat_of(head);
  if (!is_directory) last_file_ = path_;
  return {};
}

// Whether the record may follow record_, which is the one before. The paths become names in system
// calls, so they are looked at again.
Result<void> ManifestReader::check_order(std::string_view path, bool is_directory) const {
  const bool top_done = record_.is_directory && record_.path.empty();
  if (top_done) return corrupt("goes on behind its end");
  if (is_directory) {
    const bool holds = path.empty() || is_below(record_.path, path);
    return holds ? Result<void>{} : corrupt("has a folder out of its place");
  }
  if (!last_file_.empty() && path <= last_file_) return corrupt("is out of order");
  // Of the folders that the record before was in, each that this file is not in must have ended.
  const auto open = folder_of(record_.path);
  if (!open.empty() && !is_below(path, open)) return corrupt("has a folder without an end");
  return check_entry_path(path);
}

}  // namespace gitsync::tree
