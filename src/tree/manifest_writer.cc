// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <utility>

#include "tree/manifest.h"
#include "util/descriptor_io.h"

namespace gitsync::tree {
namespace {

constexpr std::size_t kFlushedAt = std::size_t{64} << 10;  // a multiple of eight

template <typename T>
std::string_view bytes_of(const T& value) {
  return {reinterpret_cast<const char*>(&value), sizeof value};
}

std::size_t shared_prefix(std::string_view a, std::string_view b) {
  const auto [end, ignored] = std::ranges::mismatch(a, b);
  return static_cast<std::size_t>(end - a.begin());
}

}  // namespace

ManifestWriter::ManifestWriter(util::Fd fd, std::string shown, const Revision& revision)
    : fd_(std::move(fd)), shown_(std::move(shown)) {
  const auto size = static_cast<std::uint8_t>(std::min<std::size_t>(revision.id.size(), 255));
  buffer_ = kManifestMagic;
  buffer_ += bytes_of(kByteOrder);
  buffer_ += static_cast<char>(size);
  buffer_ += revision.id.substr(0, size);
}

util::Result<void> ManifestWriter::add(std::string_view path, const FileEntry& entry,
                                       const FileStat& stat) {
  return append(path, static_cast<std::uint8_t>(entry.kind), entry.content_id, stat);
}

util::Result<void> ManifestWriter::add_directory(std::string_view path, const FileStat& stat) {
  if (path.empty()) top_ = stat.inode;
  return append(path, kDirectoryKind, {}, stat);
}

util::Result<void> ManifestWriter::append(std::string_view path, std::uint8_t kind,
                                          std::string_view id, const FileStat& stat) {
  const std::size_t shared = shared_prefix(path, last_path_);
  const RecordHead head{.size = stat.size,
                        .inode = stat.inode,
                        .modified_s = stat.modified.tv_sec,
                        .changed_s = stat.changed.tv_sec,
                        .modified_ns = static_cast<std::uint32_t>(stat.modified.tv_nsec),
                        .changed_ns = static_cast<std::uint32_t>(stat.changed.tv_nsec),
                        .mode = stat.mode,
                        .uid = stat.uid,
                        .gid = stat.gid,
                        .shared = static_cast<std::uint32_t>(shared),
                        .suffix = static_cast<std::uint32_t>(path.size() - shared),
                        .kind = kind,
                        .id_size = static_cast<std::uint8_t>(id.size()),
                        .zero = 0};
  buffer_ += bytes_of(head);
  buffer_ += path.substr(shared);
  buffer_ += id;
  last_path_.resize(shared);
  last_path_ += path.substr(shared);
  ++records_;
  if (buffer_.size() < kFlushedAt) return {};
  return flush(buffer_.size() / 8 * 8);
}

util::Result<void> ManifestWriter::flush(std::size_t bytes) {
  const auto part = std::string_view(buffer_).substr(0, bytes);
  sum_.add(part);
  GS_TRY_VOID(util::write_all(fd_.get(), part, shown_));
  buffer_.erase(0, bytes);
  return {};
}

util::Result<void> ManifestWriter::finish() {
  GS_TRY_VOID(flush(buffer_.size()));
  Trailer trailer{.records = records_, .top = top_, .sum = 0};
  sum_.add(bytes_of(trailer).substr(0, offsetof(Trailer, sum)));
  trailer.sum = sum_.value();
  GS_TRY_VOID(util::write_all(fd_.get(), bytes_of(trailer), shown_));
  if (fd_.close()) return {};
  return util::fail(util::sys_error("write " + shown_));
}

}  // namespace gitsync::tree
