// SPDX-License-Identifier: Apache-2.0
// Compresses an object for a pack: at once by libdeflate if it fits a buffer, else piece by piece
// by zlib, so that no object is whole in memory. Both make zlib streams (RFC 1950).

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "util/error.h"

struct libdeflate_compressor;
struct z_stream_s;

namespace gitsync::git {

// Used again for any number of objects. Memory: 1 MiB for the compressor and at most 2 MiB for an
// object; 256 KiB more once one was larger. Move-only. Thread-safety: none.
class Deflater {
 public:
  // Where compressed bytes go, each piece valid during the call.
  using Sink = std::function<util::Result<void>(std::string_view)>;

  static util::Result<Deflater> create();

  // Starts an object of `size` bytes; what was fed before is forgotten. `sink` outlives end().
  util::Result<void> begin(std::uint64_t size, const Sink& sink);
  util::Result<void> feed(std::string_view bytes);
  // After exactly `size` bytes; kCorrupt if there were fewer or more.
  util::Result<void> end();

 private:
  struct Free {
    void operator()(libdeflate_compressor* whole) const noexcept;
    void operator()(z_stream_s* stream) const noexcept;
  };
  Deflater() = default;
  util::Result<void> begin_stream();
  util::Result<void> pour(std::string_view bytes, int flush);
  util::Result<void> compress_whole();

  std::unique_ptr<libdeflate_compressor, Free> whole_;
  std::unique_ptr<z_stream_s, Free> stream_;  // made when it is needed
  const Sink* sink_ = nullptr;
  std::uint64_t left_ = 0;  // bytes that must come
  bool is_stream_ = false;
  std::string object_;
  std::string compressed_;
};

}  // namespace gitsync::git
