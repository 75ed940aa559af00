// SPDX-License-Identifier: Apache-2.0
#include "archive/limits.h"

#include <array>
#include <string_view>

namespace gitsync::archive {

std::string show_bytes(std::uint64_t bytes) {
  constexpr std::array<std::string_view, 6> kUnits = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  if (bytes < 1024) return std::to_string(bytes) + " bytes";
  std::size_t unit = 0;
  std::uint64_t left = bytes;
  for (; left >= std::uint64_t{1024} * 1024; ++unit) left /= 1024;
  const auto tenth = left % 1024 * 10 / 1024;
  return std::to_string(left / 1024) + (tenth == 0 ? "" : "." + std::to_string(tenth)) + " " +
         std::string(kUnits.at(unit));
}

}  // namespace gitsync::archive
