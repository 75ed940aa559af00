// SPDX-License-Identifier: Apache-2.0
// A request for a part of a file: RFC 9110, section 14.2, one range of bytes.

#pragma once

#include <cstdint>
#include <string_view>

namespace gitsync::http {

struct ByteRange {
  enum class Kind {
    kWhole,  // nothing is asked for, or nothing that must be understood
    kPart,
    kUnsatisfiable,  // beyond the end
  };
  Kind kind = Kind::kWhole;
  std::uint64_t first = 0;
  std::uint64_t size = 0;  // bytes, at least 1, of a part
};

// What the value of Range (empty: none) means for a file of `total` bytes.
ByteRange select_range(std::string_view range, std::uint64_t total);

}  // namespace gitsync::http
