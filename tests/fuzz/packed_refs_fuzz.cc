// SPDX-License-Identifier: Apache-2.0
// packed-refs: the same refs, or an error, in whatever pieces the bytes come.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "git/packed_refs.h"

namespace {

using namespace gitsync;

std::string read(std::string_view bytes, std::size_t piece) {
  std::string seen;
  git::PackedRefsReader reader([&](const git::PackedRef& ref) {
    seen += ref.id.hex() + ref.name + (ref.peeled ? ref.peeled->hex() : "") + '\n';
    return util::Walk::kGoOn;
  });
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    if (!reader.feed(bytes.substr(at, piece))) return "error";
  }
  return reader.finish() ? seen : "error";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  if (read(bytes, size + 1) != read(bytes, 7)) std::abort();
  return 0;
}
