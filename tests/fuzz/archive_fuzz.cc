// SPDX-License-Identifier: Apache-2.0
// An archive of any bytes: what is read has proper names, stays in its limits, and does not depend
// on the pieces in which it came.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "archive/reader.h"

namespace {

using namespace gitsync;

constexpr std::uint64_t kMostBytes = 1 << 20;
constexpr std::uint64_t kMostMembers = 1000;

bool is_proper(std::string_view path) {
  const std::string framed = "/" + std::string(path) + "/";
  return !path.empty() && !framed.contains("//") && !framed.contains("/./") &&
         !framed.contains("/../") && !path.contains('\0');
}

// All that was read, and "!" at the end if there was an error.
std::string outcome(std::string_view bytes, std::size_t piece_size) {
  archive::Reader reader(
      [bytes, piece_size]() mutable -> util::Result<std::string_view> {
        const auto piece = bytes.substr(0, piece_size);
        bytes.remove_prefix(piece.size());
        return piece;
      },
      {.max_bytes = kMostBytes, .max_members = kMostMembers});
  std::string all;
  std::uint64_t total = 0, members = 0;
  while (true) {
    const auto member = reader.next();
    if (!member) return all + "!";
    if (!*member) return all;
    if (!is_proper((*member)->path) || ++members > kMostMembers) std::abort();
    all += (*member)->path + "\n" + (*member)->target + "\n";
    std::uint64_t size = 0;
    while (true) {
      const auto piece = reader.content();
      if (!piece) return all + "!";
      if (piece->empty()) break;
      size += piece->size();
      all += *piece;
    }
    if (size != (*member)->size) std::abort();
    if ((total += size) > kMostBytes) std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto whole = outcome(bytes, std::max<std::size_t>(size, 1));
  const auto pieces = outcome(bytes, 100);
  if (whole.ends_with('!') != pieces.ends_with('!')) std::abort();
  if (!whole.ends_with('!') && whole != pieces) std::abort();
  return 0;
}
