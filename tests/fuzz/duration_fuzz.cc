// SPDX-License-Identifier: Apache-2.0
// Durations and numbers of flags and variables: whatever is accepted is written and read again as
// the same value.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "util/duration.h"
#include "util/number.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gitsync::util;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto duration = parse_duration(text)) {
    const auto again = parse_duration(format_duration(*duration));
    if (!again || *again != *duration) std::abort();
  }
  (void)parse_int(text);
  (void)parse_float(text);
  (void)parse_bool(text);
  return 0;
}
