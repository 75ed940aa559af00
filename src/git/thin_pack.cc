// SPDX-License-Identifier: Apache-2.0
#include "git/thin_pack.h"

#include <sys/types.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "git/crc32.h"
#include "git/index_checksum.h"
#include "git/read_at.h"
#include "git/whole_deflate.h"
#include "util/descriptor_io.h"

namespace gitsync::git {

using util::Result;

namespace {

constexpr off_t kCountAt = 8;
constexpr std::size_t kPiece = std::size_t{64} << 10;

// Three bits of type, four of size; then seven bits of size a byte, the lowest first.
std::string entry_head(ObjectType type, std::uint64_t size) {
  std::string head(1, static_cast<char>(static_cast<unsigned>(type) << 4 | (size & 15)));
  for (size >>= 4; size > 0; size >>= 7) {
    head.back() = static_cast<char>(head.back() | '\x80');
    head += static_cast<char>(size & 0x7f);
  }
  return head;
}

std::string big_endian(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
  return bytes;
}

Result<void> write_at(const ReceivedObjects& pack, std::uint64_t offset, std::string_view bytes) {
  if (::lseek(pack.fd.get(), static_cast<off_t>(offset), SEEK_SET) < 0) {
    return util::fail(util::sys_error("write " + pack.shown));
  }
  return util::write_all(pack.fd.get(), bytes, pack.shown);
}

// Returns where the entry ends.
Result<std::uint64_t> append(ReceivedObjects& pack, std::uint64_t offset, const ObjectId& id,
                             const Object& object) {
  std::string entry = entry_head(object.type, object.bytes.size());
  GS_TRY(const auto bytes, deflate_whole(object.bytes));
  entry += bytes;
  GS_TRY_VOID(write_at(pack, offset, entry));
  const std::uint64_t end = offset + entry.size();
  pack.table.add({.offset = offset, .id = id, .crc = crc32(0, entry), .type = object.type}, end);
  return end;
}

Result<ObjectId> checksum_of(const ReceivedObjects& pack, std::uint64_t end,
                             const util::Limit& limit) {
  IndexChecksum sum;
  std::vector<char> buffer(kPiece);
  for (std::uint64_t offset = 0; offset < end;) {
    const auto piece = std::span(buffer).first(
        static_cast<std::size_t>(std::min<std::uint64_t>(buffer.size(), end - offset)));
    GS_TRY_VOID(limit.check());
    GS_TRY_VOID(read_exactly_at(pack.fd.get(), piece, offset, pack.shown));
    sum.add({piece.data(), piece.size()});
    offset += piece.size();
  }
  const auto digest = sum.finish();
  return ObjectId::from_bytes({digest.data(), digest.size()});
}

}  // namespace

Result<ObjectId> complete_thin_pack(ReceivedObjects& pack, std::uint64_t content_end,
                                    ArrivedReader& reader, const util::Limit& limit) {
  std::uint64_t end = content_end;
  const auto borrowed = pack.table.borrowed();
  for (std::size_t i = 0; i < borrowed.size(); ++i) {
    GS_TRY_VOID(limit.check());
    GS_TRY(const auto base, reader.read(kFirstBorrowed + static_cast<std::uint32_t>(i)));
    GS_TRY(end, append(pack, end, borrowed[i], *base));
  }
  GS_TRY_VOID(write_at(pack, kCountAt, big_endian(pack.table.size())));
  GS_TRY(const ObjectId checksum, checksum_of(pack, end, limit));
  GS_TRY_VOID(write_at(pack, end, checksum.view()));
  return checksum;
}

}  // namespace gitsync::git
