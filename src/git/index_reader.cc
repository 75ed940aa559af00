// SPDX-License-Identifier: Apache-2.0
#include "git/index_reader.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "git/index_input.h"
#include "git/not_understood.h"
#include "util/quote.h"

namespace gitsync::git {
namespace {

using util::Result;

// Of an entry, before its flags: ten numbers and the id.
constexpr std::size_t kStatBytes = 40;
constexpr std::uint32_t kLongLength = 0xFFF;

std::unexpected<util::Error> damaged(std::string_view why) {
  return util::fail(util::ErrorKind::kCorrupt, "the index is damaged: " + std::string(why));
}

std::uint32_t number(std::string_view bytes, std::size_t width) {
  std::uint32_t value = 0;
  for (const char c : bytes.substr(0, width)) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

class Reader {
 public:
  Reader(const IndexSource& source, const IndexVisitors& visitors)
      : input_(source), visitors_(visitors) {}

  Result<IndexInfo> read() {
    GS_TRY_VOID(read_header());
    for (std::uint32_t i = 0; i < info_.entries; ++i) GS_TRY_VOID(read_entry());
    for (;;) {
      GS_TRY(const bool done, input_.at_trailer());
      if (done) break;
      GS_TRY_VOID(read_extension());
    }
    GS_TRY_VOID(input_.check_trailer());
    return info_;
  }

 private:
  Result<std::uint32_t> take_number(std::size_t width) {
    GS_TRY(const auto bytes, input_.take(width));
    return number(bytes, width);
  }

  Result<void> read_header() {
    GS_TRY(const auto signature, input_.take(4));
    if (signature != "DIRC") return damaged("its signature");
    GS_TRY(info_.version, take_number(4));
    if (info_.version < 2 || info_.version > 4) {
      return not_understood("an index of version " + std::to_string(info_.version));
    }
    GS_TRY(info_.entries, take_number(4));
    return {};
  }

  Result<void> read_entry() {
    IndexEntry entry{.path = {}, .mode = 0, .id = id_};
    GS_TRY_VOID(read_stat(entry));
    GS_TRY(const auto flags, take_number(2));
    GS_TRY_VOID(read_flags(entry, flags));
    GS_TRY_VOID(read_path(entry.stage));
    entry.path = path_;
    const std::uint32_t told = flags & kLongLength;
    if (told != std::min<std::size_t>(path_.size(), kLongLength)) return damaged("a length");
    GS_TRY_VOID(check(entry));
    if (info_.version < 4) GS_TRY_VOID(read_padding());
    return visitors_.entry(entry);
  }

  Result<void> read_stat(IndexEntry& entry) {
    GS_TRY(auto bytes, input_.take(kStatBytes));
    IndexStat& stat = entry.stat;
    for (auto* const field : {&stat.changed.seconds, &stat.changed.nanoseconds,
                              &stat.modified.seconds, &stat.modified.nanoseconds, &stat.device,
                              &stat.inode, &entry.mode, &stat.owner, &stat.group, &stat.size}) {
      *field = number(bytes, 4);
      bytes.remove_prefix(4);
    }
    return take_id();
  }

  Result<void> take_id() {
    GS_TRY(const auto id, input_.take(id_.size()));
    std::ranges::transform(id, id_.begin(), [](char c) { return static_cast<std::byte>(c); });
    return {};
  }

  Result<void> read_flags(IndexEntry& entry, std::uint32_t flags) {
    entry.assume_valid = (flags & 0x8000) != 0;
    entry.stage = static_cast<std::uint8_t>(flags >> 12 & 3);
    fixed_ = kStatBytes + id_.size() + 2;
    if ((flags & 0x4000) == 0) return {};
    if (info_.version < 3) return damaged("flags of another version");
    GS_TRY(const auto more, take_number(2));
    fixed_ += 2;
    if ((more & 0x9FFF) != 0) return not_understood("a flag in the index");
    entry.skip_worktree = (more & 0x4000) != 0;
    entry.intent_to_add = (more & 0x2000) != 0;
    return {};
  }

  // To path_; what comes before is compared with the entry before.
  Result<void> read_path(std::uint8_t stage) {
    last_path_.swap(path_);
    last_stage_ = std::exchange(stage_, stage);
    std::size_t kept = 0;
    if (info_.version == 4) {
      GS_TRY(const auto dropped, read_dropped());
      if (dropped > last_path_.size()) return damaged("a prefix");
      kept = last_path_.size() - dropped;
    }
    GS_TRY(const auto rest, input_.take_text(kLongestIndexPath - kept));
    path_.assign(last_path_, 0, kept);
    path_ += rest;
    return {};
  }

  // The variable width encoding of gitformat-pack(5), for an offset.
  Result<std::size_t> read_dropped() {
    std::size_t value = 0;
    for (int digits = 0;; ++digits) {
      GS_TRY(const auto digit, take_number(1));
      value = value << 7 | (digit & 0x7F);
      if ((digit & 0x80) == 0) return value;
      if (digits == 4) return damaged("a prefix");
      ++value;
    }
  }

  Result<void> check(const IndexEntry& entry) const {
    if (entry.mode == 040000) return not_understood("a sparse index");
    if (!is_index_mode(entry.mode)) return not_understood("a mode in the index");
    // An entry that replaces one of the shared file.
    if (path_.empty()) return not_understood("a split index");
    if (!is_index_path(path_)) return damaged("a path: " + util::quoted(path_.substr(0, 100)));
    const int order = path_.compare(last_path_);
    if (order < 0 || (order == 0 && entry.stage <= last_stage_)) return damaged("its order");
    return {};
  }

  // To a multiple of eight; its first byte was taken with the path.
  Result<void> read_padding() {
    const std::size_t length = 7 - (fixed_ + path_.size()) % 8;
    GS_TRY(const auto padding, input_.take(length));
    return std::ranges::all_of(padding, [](char c) { return c == '\0'; }) ? Result<void>{}
                                                                          : damaged("padding");
  }

  Result<void> read_extension() {
    GS_TRY(const auto bytes, input_.take(4));
    const std::string signature(bytes);
    GS_TRY(const auto length, take_number(4));
    if (signature[0] < 'A' || signature[0] > 'Z') {
      return not_understood("an index with " + util::quoted(signature));
    }
    if (signature == "TREE" && visitors_.tree) return read_trees(length);
    if (signature != "TREE" && visitors_.extension) GS_TRY_VOID(visitors_.extension(signature));
    return input_.skip(length);
  }

  // gitformat-index(5), "Cache tree".
  Result<void> read_trees(std::uint32_t length) {
    while (length > 0) {
      GS_TRY(const auto name, input_.take_text(kLongestIndexPath));
      std::size_t taken = name.size() + 1;
      GS_TRY(const auto counts, take_line());
      taken += counts.size() + 1;
      // A tree of which something has changed since has no id.
      const bool has_id = !counts.starts_with('-');
      if (has_id) taken += kIndexIdBytes;
      if (counts.empty() || taken > length) return damaged("its trees");
      if (has_id) {
        GS_TRY_VOID(take_id());
        GS_TRY_VOID(visitors_.tree(id_));
      }
      length -= static_cast<std::uint32_t>(taken);
    }
    return {};
  }

  // Two numbers.
  Result<std::string> take_line() {
    constexpr std::size_t kLongest = 32;
    std::string line;
    while (line.size() < kLongest) {
      GS_TRY(const auto c, input_.take(1));
      if (c == "\n") return line;
      line += c;
    }
    return damaged("its trees");
  }

  IndexInput input_;
  const IndexVisitors& visitors_;
  IndexInfo info_;
  std::array<std::byte, kIndexIdBytes> id_{};
  std::size_t fixed_ = 0;  // bytes of the entry before its path
  std::string path_;
  std::string last_path_;
  std::uint8_t stage_ = 0;
  std::uint8_t last_stage_ = 0;
};

}  // namespace

Result<IndexInfo> read_index(const IndexSource& source, const IndexVisitor& visit) {
  return read_index(source, IndexVisitors{.entry = visit});
}

Result<IndexInfo> read_index(const IndexSource& source, const IndexVisitors& visitors) {
  return Reader(source, visitors).read();
}

Result<IndexInfo> read_index(int file, const std::string& shown, const IndexVisitor& visit) {
  return read_index(file, shown, IndexVisitors{.entry = visit});
}

Result<IndexInfo> read_index(int file, const std::string& shown, const IndexVisitors& visitors) {
  const IndexSource source = [&](std::span<char> into) -> Result<std::size_t> {
    ssize_t length = -1;
    do {
      length = ::read(file, into.data(), into.size());
    } while (length < 0 && errno == EINTR);
    if (length < 0) return util::fail(util::sys_error("read " + shown));
    return static_cast<std::size_t>(length);
  };
  return read_index(source, visitors);
}

Result<IndexInfo> read_index(std::string_view bytes, const IndexVisitor& visit) {
  const IndexSource source = [&](std::span<char> into) -> Result<std::size_t> {
    const std::size_t length = bytes.copy(into.data(), into.size());
    bytes.remove_prefix(length);
    return length;
  };
  return read_index(source, visit);
}

}  // namespace gitsync::git
