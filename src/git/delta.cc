// SPDX-License-Identifier: Apache-2.0
#include "git/delta.h"

namespace gitsync::git {
namespace {

using util::Result;

constexpr unsigned kMore = 0x80;
constexpr unsigned kCopy = 0x80;
constexpr std::size_t kSizeOfZero = 0x10000;  // what a copy of size 0 means

unsigned byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

// Seven bits a byte, the lowest first.
std::optional<std::uint64_t> read_number(std::string_view bytes, std::size_t& at) {
  std::uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && at < bytes.size(); shift += 7) {
    const unsigned byte = byte_at(bytes, at++);
    const std::uint64_t part = byte & ~kMore;
    if ((part << shift) >> shift != part) return std::nullopt;
    value |= part << shift;
    if ((byte & kMore) == 0) return value;
  }
  return std::nullopt;
}

struct Range {
  std::size_t offset = 0;
  std::size_t size = 0;
};

// What a copy instruction means; bits of it say which bytes of the two numbers follow.
std::optional<Range> read_copy(unsigned instruction, std::string_view delta, std::size_t& at) {
  Range range;
  for (unsigned bit = 0; bit < 7; ++bit) {
    if ((instruction & (1u << bit)) == 0) continue;
    if (at >= delta.size()) return std::nullopt;
    const std::size_t byte = byte_at(delta, at++);
    if (bit < 4) {
      range.offset |= byte << (8 * bit);
    } else {
      range.size |= byte << (8 * (bit - 4));
    }
  }
  if (range.size == 0) range.size = kSizeOfZero;
  return range;
}

// The bytes that the instruction at `at` yields, or an empty view if it is not a good one.
std::string_view next_piece(std::string_view base, std::string_view delta, std::size_t& at) {
  const unsigned instruction = byte_at(delta, at++);
  if ((instruction & kCopy) == 0) {
    // 0 is reserved, and yields nothing here.
    if (instruction > delta.size() - at) return {};
    const auto piece = delta.substr(at, instruction);
    at += instruction;
    return piece;
  }
  const auto range = read_copy(instruction, delta, at);
  if (!range || range->offset > base.size() || range->size > base.size() - range->offset) return {};
  return base.substr(range->offset, range->size);
}

std::unexpected<util::Error> bad(std::string_view what) {
  return util::fail(util::ErrorKind::kCorrupt, "delta " + std::string(what));
}

}  // namespace

std::optional<DeltaSizes> read_delta_sizes(std::string_view delta) {
  DeltaSizes sizes;
  const auto base = read_number(delta, sizes.length);
  const auto result = read_number(delta, sizes.length);
  if (!base || !result) return std::nullopt;
  sizes.base = *base;
  sizes.result = *result;
  return sizes;
}

Result<std::string> apply_delta(std::string_view base, std::string_view delta) {
  const auto sizes = read_delta_sizes(delta);
  if (!sizes) return bad("without sizes");
  if (sizes->base != base.size()) return bad("for a base of another size");
  std::string result;
  result.reserve(sizes->result);
  for (std::size_t at = sizes->length; at < delta.size();) {
    const auto piece = next_piece(base, delta, at);
    if (piece.empty()) return bad("with a bad instruction");
    if (piece.size() > sizes->result - result.size()) return bad("that makes too much");
    result += piece;
  }
  if (result.size() != sizes->result) return bad("that makes too little");
  return result;
}

}  // namespace gitsync::git
