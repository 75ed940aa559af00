// SPDX-License-Identifier: Apache-2.0
#include "git/pack_parser.h"

#include <algorithm>
#include <utility>

#include "git/crc32.h"
#include "git/not_understood.h"
#include "git/read_at.h"

namespace gitsync::git {

using util::ErrorKind;
using util::Result;

namespace {

constexpr std::size_t kHeader = 12;  // "PACK", version, count
// What is fed is parsed in pieces of this size, so that the buffer stays small.
constexpr std::size_t kSlice = std::size_t{64} << 10;
// Inflated bytes of an entry up to which its compressed bytes are waited for, since that way it
// costs half.
constexpr std::size_t kWhole = std::size_t{192} << 10;
constexpr std::size_t kPiece = std::size_t{32} << 10;
// The least that zlib can make of anything: two bytes, an empty block, a checksum.
constexpr std::size_t kLeastStream = 8;

// A compressor that has not been told to waste space makes no more of `size` bytes.
constexpr std::size_t most_compressed(std::size_t size) { return size + size / 1000 + 64; }

}  // namespace

Result<PackParser> PackParser::create(Options options, ObjectHasher& hasher, PackWork& work,
                                      OnEntry on_entry) {
  GS_TRY(auto whole, WholeInflater::create());
  GS_TRY(auto push, PushInflater::create());
  return PackParser(options, hasher, work, std::move(on_entry), std::move(whole), std::move(push));
}

std::unexpected<util::Error> PackParser::wrong(std::string_view what) const {
  return util::fail(
      ErrorKind::kProtocol,
      "pack, object at offset " + std::to_string(entry_.offset) + ": " + std::string(what));
}

void PackParser::skip(std::size_t bytes) {
  at_ += bytes;
  offset_ += bytes;
}

// What was parsed goes into the checksum, and out of the buffer.
void PackParser::count_in() {
  sum_.add(std::string_view(buffer_).substr(0, at_));
  buffer_.erase(0, at_);
  at_ = 0;
}

Result<void> PackParser::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto slice = bytes.substr(0, kSlice);
    buffer_ += slice;
    GS_TRY_VOID(parse());
    bytes.remove_prefix(slice.size());
  }
  return {};
}

Result<void> PackParser::finish() {
  at_end_ = true;
  GS_TRY_VOID(parse());
  if (complete()) return {};
  return util::fail(ErrorKind::kProtocol,
                    "pack: ends after " + std::to_string(offset_ + rest().size()) + " bytes and " +
                        std::to_string(parsed_) + " of " + std::to_string(expected_) + " objects");
}

Result<void> PackParser::parse() {
  while (true) {
    GS_TRY(const bool more, step());
    if (!more) break;
  }
  if (part_ != Part::kEnd) count_in();
  return {};
}

Result<bool> PackParser::step() {
  switch (part_) {
    case Part::kHeader:
      return read_header();
    case Part::kEntry:
      return begin_entry();
    case Part::kInflating:
      return inflate_pieces();
    case Part::kTrailer:
      return read_trailer();
    case Part::kEnd:
      break;
  }
  if (rest().empty()) return false;
  return util::fail(ErrorKind::kProtocol, "pack: more bytes follow its end");
}

Result<bool> PackParser::read_header() {
  const auto bytes = rest().substr(0, kHeader);
  constexpr std::string_view kSignature = "PACK";
  if (!bytes.starts_with(kSignature.substr(0, bytes.size()))) {
    return util::fail(ErrorKind::kProtocol, "pack: it does not begin as one");
  }
  if (bytes.size() < kHeader) return false;
  const std::uint32_t version = big_endian_32(bytes.substr(4));
  if (version != 2 && version != 3) {
    return not_understood("a pack of version " + std::to_string(version));
  }
  expected_ = big_endian_32(bytes.substr(8));
  GS_TRY_VOID(work_->expect(expected_));
  skip(kHeader);
  next_part();
  return true;
}

void PackParser::next_part() {
  part_ = parsed_ == expected_ ? Part::kTrailer : Part::kEntry;
  wanted_ = kLeastStream;
}

Result<bool> PackParser::begin_entry() {
  entry_ = {.offset = offset_};
  const auto bytes = rest().substr(0, kMaxPackEntry);
  if (bytes.empty()) return false;
  const unsigned type = static_cast<unsigned char>(bytes[0]) >> 4 & 7;
  if (type == 0 || type == 5)
    return wrong("type " + std::to_string(type) + ", which does not exist");
  const auto head = parse_pack_entry(bytes);
  if (!head && bytes.size() < kMaxPackEntry) return false;
  if (!head) return wrong("neither a size nor a base");
  GS_TRY_VOID(check(*head));
  entry_.head = *head;
  if (head->size <= kWhole) return inflate_whole();
  GS_TRY_VOID(begin_pieces());
  return true;
}

Result<void> PackParser::check(const PackEntry& head) const {
  if (head.base_distance > entry_.offset) return wrong("its base would be before the beginning");
  if (!head.type && head.size > options_.delta) {
    return not_understood("pack, object at offset " + std::to_string(entry_.offset) +
                          ": a delta of " + std::to_string(head.size) + " bytes is too large");
  }
  return {};
}

// With all of the compressed bytes, or what may be all of them.
Result<bool> PackParser::inflate_whole() {
  const auto bytes = rest().substr(entry_.head.length);
  if (bytes.size() < wanted_ && !at_end_) return false;
  const auto size = static_cast<std::size_t>(entry_.head.size);
  std::string content(size, '\0');
  const auto used = whole_.inflate(bytes, content);
  if (!used) {
    const std::size_t most = most_compressed(size);
    // Twice as many, so that streams of tiny pieces cost no more than twice.
    wanted_ = std::min(bytes.size() * 2, most);
    if (bytes.size() < most && !at_end_) return false;
    GS_TRY_VOID(begin_pieces());  // which knows what is wrong
    return true;
  }
  GS_TRY_VOID(work_->make(size));
  const std::size_t length = entry_.head.length + *used;
  entry_.crc = crc32(0, rest().substr(0, length));
  if (entry_.head.type) entry_.id = hasher_->hash(*entry_.head.type, content);
  entry_.content = std::move(content);
  skip(length);
  GS_TRY_VOID(end_entry());
  return true;
}

Result<void> PackParser::begin_pieces() {
  const PackEntry& head = entry_.head;
  entry_.crc = crc32(0, rest().substr(0, head.length));
  skip(head.length);
  if (head.type) hasher_->begin(*head.type, head.size);
  if (!head.type || head.size <= options_.content) entry_.content.emplace();
  piece_.resize(kPiece);
  made_ = 0;
  push_.begin();
  part_ = Part::kInflating;
  return {};
}

Result<bool> PackParser::inflate_pieces() {
  const auto bytes = rest();
  if (bytes.empty()) return false;
  const auto step = push_.inflate(bytes, piece_);
  if (!step) return wrong(step.error().message);
  entry_.crc = crc32(entry_.crc, bytes.substr(0, step->used));
  skip(step->used);
  GS_TRY_VOID(take({piece_.data(), step->made}));
  if (step->ended) {
    if (made_ != entry_.head.size) return wrong("it holds fewer bytes than it says");
    if (entry_.head.type) entry_.id = hasher_->finish();
    piece_ = {};
    GS_TRY_VOID(end_entry());
  }
  return true;
}

Result<void> PackParser::take(std::string_view piece) {
  if (piece.size() > entry_.head.size - made_) return wrong("it holds more bytes than it says");
  GS_TRY_VOID(work_->make(piece.size()));
  made_ += piece.size();
  if (entry_.head.type) hasher_->update(piece);
  if (entry_.content) *entry_.content += piece;
  return {};
}

Result<void> PackParser::end_entry() {
  entry_.end = offset_;
  ++parsed_;
  next_part();
  return on_entry_(entry_);
}

Result<bool> PackParser::read_trailer() {
  const auto bytes = rest();
  if (bytes.size() < ObjectId::kSize) return false;
  const auto found = ObjectId::from_bytes(bytes);
  count_in();
  const auto digest = sum_.finish();
  if (ObjectId::from_bytes({digest.data(), digest.size()}) != found) {
    return util::fail(ErrorKind::kProtocol, "pack: its checksum is wrong");
  }
  checksum_ = found;
  skip(ObjectId::kSize);
  part_ = Part::kEnd;
  return true;
}

}  // namespace gitsync::git
