// SPDX-License-Identifier: Apache-2.0
// Parses a pack as it arrives (gitformat-pack(5), "pack-*.pack files have the following format"):
// each entry is inflated once, and what is no delta is hashed meanwhile. Deltas are not resolved.

#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "git/index_checksum.h"
#include "git/object_hasher.h"
#include "git/object_id.h"
#include "git/pack_entry.h"
#include "git/pack_work.h"
#include "git/push_inflater.h"
#include "git/whole_inflater.h"
#include "util/error.h"

namespace gitsync::git {

struct ParsedEntry {
  std::uint64_t offset = 0;  // bytes from the beginning of the pack
  std::uint64_t end = 0;     // where the next one begins
  std::uint32_t crc = 0;
  PackEntry head;
  ObjectId id;                         // of what is no delta
  std::optional<std::string> content;  // inflated; nothing for an object that is larger than wanted
};

// Errors: kProtocol, naming the offset of the object; kNotUnderstood for a version or a delta that
// is beyond us; those of the work and of the receiver of the entries. After one nothing more may be
// fed. Memory: 320 KiB of what has not been parsed, and the content of one entry.
// Move-only. Thread-safety: none.
class PackParser {
 public:
  struct Options {
    std::size_t content = std::size_t{1} << 20;  // bytes of an object that is kept whole
    std::size_t delta = std::size_t{32} << 20;   // bytes of a delta, at most
  };
  using OnEntry = std::function<util::Result<void>(ParsedEntry&)>;

  // `hasher` and `work` must outlive this. `hasher` may be used between two objects, in `on_entry`.
  static util::Result<PackParser> create(Options options, ObjectHasher& hasher, PackWork& work,
                                         OnEntry on_entry);

  util::Result<void> feed(std::string_view bytes);
  // No more bytes come: an error unless the pack is complete.
  util::Result<void> finish();

  bool complete() const { return part_ == Part::kEnd; }
  std::uint32_t expected() const { return expected_; }  // objects, once the header has come
  std::uint32_t parsed() const { return parsed_; }      // objects
  // When it is complete: the 20 bytes at the end, and where they begin.
  const ObjectId& checksum() const { return checksum_; }
  std::uint64_t content_end() const { return offset_ - ObjectId::kSize; }

 private:
  enum class Part { kHeader, kEntry, kInflating, kTrailer, kEnd };

  PackParser(Options options, ObjectHasher& hasher, PackWork& work, OnEntry on_entry,
             WholeInflater whole, PushInflater push)
      : options_(options),
        hasher_(&hasher),
        work_(&work),
        on_entry_(std::move(on_entry)),
        whole_(std::move(whole)),
        push_(std::move(push)) {}

  std::string_view rest() const { return std::string_view(buffer_).substr(at_); }
  void skip(std::size_t bytes);
  void count_in();
  util::Result<void> parse();
  // These return whether there was enough to go on with.
  util::Result<bool> step();
  util::Result<bool> read_header();
  util::Result<bool> begin_entry();
  util::Result<bool> inflate_whole();
  util::Result<void> begin_pieces();
  util::Result<bool> inflate_pieces();
  util::Result<bool> read_trailer();
  util::Result<void> check(const PackEntry& head) const;
  util::Result<void> take(std::string_view piece);
  util::Result<void> end_entry();
  void next_part();
  std::unexpected<util::Error> wrong(std::string_view what) const;

  Options options_;
  ObjectHasher* hasher_;
  PackWork* work_;
  OnEntry on_entry_;
  WholeInflater whole_;
  PushInflater push_;
  IndexChecksum sum_;

  std::string buffer_;  // what has arrived and is not parsed, behind at_
  std::size_t at_ = 0;
  std::uint64_t offset_ = 0;  // of what is at at_, in the pack
  bool at_end_ = false;       // no more bytes come

  Part part_ = Part::kHeader;
  std::uint32_t expected_ = 0;
  std::uint32_t parsed_ = 0;
  ObjectId checksum_;

  ParsedEntry entry_;
  std::size_t wanted_ = 0;  // compressed bytes that are to be there before the next attempt
  std::uint64_t made_ = 0;  // bytes of the entry that is inflated in pieces
  std::vector<char> piece_;
};

}  // namespace gitsync::git
