// SPDX-License-Identifier: Apache-2.0
#include "git/index_writer.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <limits>
#include <utility>

#include "git/index_checksum.h"
#include "util/descriptor_io.h"
#include "util/quote.h"

namespace gitsync::git {
namespace {

using util::Result;

constexpr std::size_t kBufferBytes = std::size_t{64} << 10;
constexpr std::size_t kFixedBytes = 62;  // of an entry, before its path
constexpr std::size_t kLongLength = 0xFFF;
constexpr off_t kCountOffset = 8;

void put16(std::string& to, std::uint32_t value) {
  to += static_cast<char>(value >> 8);
  to += static_cast<char>(value);
}
void put32(std::string& to, std::uint32_t value) {
  put16(to, value >> 16);
  put16(to, value);
}

void put_entry(std::string& to, const IndexEntry& entry) {
  const IndexStat& stat = entry.stat;
  for (const auto value : {stat.changed.seconds, stat.changed.nanoseconds, stat.modified.seconds,
                           stat.modified.nanoseconds, stat.device, stat.inode, entry.mode,
                           stat.owner, stat.group, stat.size}) {
    put32(to, value);
  }
  to.append(reinterpret_cast<const char*>(entry.id.data()), entry.id.size());
  put16(to, static_cast<std::uint32_t>(std::min(entry.path.size(), kLongLength)));
  to += entry.path;
  to.append(8 - (kFixedBytes + entry.path.size()) % 8, '\0');
}

std::unexpected<util::Error> refuse(const IndexEntry& entry, std::string_view why) {
  return util::fail(util::ErrorKind::kInvalid,
                    "index: " + util::quoted(entry.path) + " " + std::string(why));
}

}  // namespace

IndexWriter::IndexWriter(int file, std::string shown) : file_(file), shown_(std::move(shown)) {
  buffer_.reserve(kBufferBytes + kLongLength);
  buffer_ = "DIRC";
  put32(buffer_, 2);
  put32(buffer_, 0);  // the count, when it is known
}

Result<void> IndexWriter::add(const IndexEntry& entry) {
  if (!is_index_path(entry.path)) return refuse(entry, "is no path");
  if (!is_index_mode(entry.mode)) return refuse(entry, "has a mode that is none");
  if (entry.stage != 0 || entry.assume_valid || entry.skip_worktree || entry.intent_to_add) {
    return refuse(entry, "has flags");
  }
  if (entry.path <= last_path_) return refuse(entry, "is out of order");
  if (entries_ == std::numeric_limits<std::uint32_t>::max())
    return refuse(entry, "is one too many");
  ++entries_;
  trees_.count_entry();
  last_path_ = entry.path;
  put_entry(buffer_, entry);
  return buffer_.size() < kBufferBytes ? Result<void>{} : flush();
}

void IndexWriter::enter_tree(std::string_view name, std::span<const std::byte, kIndexIdBytes> id) {
  trees_.enter(name, id);
}

void IndexWriter::leave_tree() { trees_.leave(); }

Result<void> IndexWriter::flush() {
  GS_TRY_VOID(util::write_all(file_, buffer_, shown_));
  buffer_.clear();
  return {};
}

Result<void> IndexWriter::finish(std::optional<timespec> as_of) {
  if (const std::string trees = trees_.encode(); !trees.empty()) {
    buffer_ += "TREE";
    put32(buffer_, static_cast<std::uint32_t>(trees.size()));
    buffer_ += trees;
  }
  GS_TRY_VOID(flush());
  GS_TRY_VOID(seal());
  if (!as_of) return {};
  const std::array<timespec, 2> times{*as_of, *as_of};
  if (::futimens(file_, times.data()) != 0) return util::fail(util::sys_error(shown_));
  return {};
}

// The count stands first and is known last, so the file is hashed when it is complete: some 3 MB
// for 30,000 entries, from the page cache.
Result<void> IndexWriter::seal() {
  std::string count;
  put32(count, entries_);
  if (::pwrite(file_, count.data(), count.size(), kCountOffset) !=
      static_cast<ssize_t>(count.size())) {
    return util::fail(util::sys_error(shown_));
  }
  IndexChecksum checksum;
  std::string block(kBufferBytes, '\0');
  for (off_t at = 0;;) {
    const ssize_t length = ::pread(file_, block.data(), block.size(), at);
    if (length < 0 && errno == EINTR) continue;
    if (length < 0) return util::fail(util::sys_error(shown_));
    if (length == 0) break;
    checksum.add(std::string_view(block).substr(0, static_cast<std::size_t>(length)));
    at += length;
  }
  const auto digest = checksum.finish();
  return util::write_all(file_, {digest.data(), digest.size()}, shown_);
}

}  // namespace gitsync::git
