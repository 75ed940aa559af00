// SPDX-License-Identifier: Apache-2.0
// The pointer to a snapshot: what parses leads nowhere else, and is the same when it is written and
// read again.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "snapshot/names.h"
#include "snapshot/pointer.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace snapshot = gitsync::snapshot;
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-reinterpret-cast): bytes are text here
  const auto pointer = snapshot::parse_pointer({reinterpret_cast<const char*>(data), size});
  if (!pointer) return 0;
  if (!snapshot::is_key(pointer->archive.key)) std::abort();
  for (const auto& step : pointer->steps) {
    if (!snapshot::is_key(step.file.key)) std::abort();
  }
  const auto text = snapshot::to_json(*pointer);
  const auto again = snapshot::parse_pointer(text);
  if (!again || snapshot::to_json(*again) != text) std::abort();
  return 0;
}
