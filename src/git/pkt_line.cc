// SPDX-License-Identifier: Apache-2.0
#include "git/pkt_line.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "util/quote.h"
#include "util/text.h"

namespace gitsync::git {
namespace {

using util::ErrorKind;
using util::Result;

constexpr std::size_t kLengthField = 4;

// What the length field says, 0 to 2 for the packets without data.
Result<std::size_t> read_length(std::string_view field) {
  if (!util::is_hex(field)) {
    return util::fail(ErrorKind::kProtocol, util::Cause::kNoGitServer,
                      "bad line length character: " + util::quoted(field));
  }
  std::size_t length = 0;
  std::from_chars(field.data(), field.data() + field.size(), length, 16);
  if (length == kLengthField - 1 || length > kLengthField + kMaxPacketData) {
    return util::fail(ErrorKind::kProtocol, "bad line length " + std::to_string(length));
  }
  return length;
}

Packet make_packet(std::size_t length, std::string_view bytes) {
  constexpr std::array kSpecial{PacketKind::kFlush, PacketKind::kDelim, PacketKind::kResponseEnd};
  if (length < kSpecial.size()) return {.kind = kSpecial.at(length), .data = {}};
  return {.kind = PacketKind::kData, .data = bytes.substr(kLengthField)};
}

}  // namespace

void PktLineReader::take(std::string_view& bytes, std::size_t size) {
  if (pending_.size() >= size) return;
  const auto part = bytes.substr(0, size - pending_.size());
  pending_ += part;
  bytes.remove_prefix(part.size());
}

Result<std::optional<Packet>> PktLineReader::next(std::string_view& bytes) {
  if (whole_) pending_.clear();
  whole_ = false;
  take(bytes, kLengthField);
  if (pending_.size() < kLengthField) return std::nullopt;
  GS_TRY(const auto length, read_length(std::string_view(pending_).substr(0, kLengthField)));
  take(bytes, length);
  if (pending_.size() < length) return std::nullopt;
  whole_ = true;
  return make_packet(length, pending_);
}

void append_line(std::string& out, std::string_view text) {
  const std::size_t length = kLengthField + text.size() + 1;
  std::array<char, kLengthField> field{};
  for (std::size_t i = 0; i < kLengthField; ++i) {
    field.at(i) = "0123456789abcdef"[(length >> (4 * (kLengthField - 1 - i))) & 0xF];
  }
  out.append(field.data(), field.size());
  out += text;
  out += '\n';
}

}  // namespace gitsync::git
