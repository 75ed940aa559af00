// SPDX-License-Identifier: Apache-2.0
#include "git/crc32.h"

#include <libdeflate.h>

namespace gitsync::git {

std::uint32_t crc32(std::uint32_t sum, std::string_view bytes) {
  return ::libdeflate_crc32(sum, bytes.data(), bytes.size());
}

}  // namespace gitsync::git
