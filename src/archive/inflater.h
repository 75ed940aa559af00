// SPDX-License-Identifier: Apache-2.0
// One compressed stream, unpacked from pieces as they arrive.

#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "util/error.h"

namespace gitsync::archive {

// Thread-safety: none.
class Inflater {
 public:
  struct Step {
    std::size_t used = 0;  // bytes of `in`
    std::size_t made = 0;  // bytes of `out`
    bool ended = false;    // and its checksum is right; another stream may follow
  };

  virtual ~Inflater() = default;
  // Goes on until `in` is used, `out` is full or the stream ends; after an end the next bytes begin
  // a new stream. kProtocol if it is damaged, kLocal when memory is short.
  virtual util::Result<Step> inflate(std::string_view in, std::span<char> out) = 0;
};

// RFC 1952; checks length and CRC-32 of each member.
util::Result<std::unique_ptr<Inflater>> make_gzip_inflater();

// RFC 8878. A frame that needs a dictionary or a window over 32 MiB is refused (`zstd -19` needs
// 8 MiB); skippable frames are skipped.
util::Result<std::unique_ptr<Inflater>> make_zstd_inflater();

}  // namespace gitsync::archive
