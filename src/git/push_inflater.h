// SPDX-License-Identifier: Apache-2.0
// Inflates a zlib stream (RFC 1950) from pieces that are given to it as they arrive. inflate.h is
// for streams whose bytes can be asked for.

#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "util/error.h"

struct z_stream_s;

namespace gitsync::git {

// Used again for any number of streams, since making one costs 40 KiB of memory. Move-only.
// Thread-safety: none.
class PushInflater {
 public:
  struct Step {
    std::size_t used = 0;  // bytes of `in`
    std::size_t made = 0;  // bytes of `out`
    bool ended = false;    // and the checksum of the stream is right
  };

  static util::Result<PushInflater> create();

  // Starts a stream.
  void begin();
  // Goes on until `in` is used, `out` is full or the stream ends. kCorrupt if it is damaged.
  util::Result<Step> inflate(std::string_view in, std::span<char> out);

 private:
  struct End {
    void operator()(z_stream_s* stream) const noexcept;
  };
  using Stream = std::unique_ptr<z_stream_s, End>;
  explicit PushInflater(Stream stream) noexcept : stream_(std::move(stream)) {}

  Stream stream_;  // not inside of us: zlib points back to it
};

}  // namespace gitsync::git
