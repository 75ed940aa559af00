// SPDX-License-Identifier: Apache-2.0
// Compresses a stream always alike: one gzip member (RFC 1952) with neither time nor name in it.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "util/error.h"
#include "util/sha256.h"
#include "util/text.h"

struct z_stream_s;

namespace gitsync::archive {

// Takes what was written, each piece valid during the call. Its errors end the writing.
using Output = std::function<util::Result<void>(std::string_view)>;

// Memory: 256 KiB of zlib and 64 KiB. Move-only. Thread-safety: none.
class GzipOutput {
 public:
  // kLocal when memory is short.
  static util::Result<GzipOutput> create(Output output);

  util::Result<void> write(std::string_view bytes);
  // The end of the stream. Nothing may be written after it.
  util::Result<void> finish();

  // After finish(): of the compressed stream, as util::Sha256 has it, and how long it is.
  std::string sha256() { return util::to_hex(sum_.finish()); }
  std::uint64_t size() const { return size_; }

 private:
  struct End {
    void operator()(z_stream_s* stream) const noexcept;
  };
  using Stream = std::unique_ptr<z_stream_s, End>;
  GzipOutput(Stream stream, Output output);
  util::Result<void> pour(std::string_view bytes, int flush);

  Stream stream_;  // not inside of us: zlib points back to it
  Output output_;
  std::vector<char> buffer_;
  util::Sha256 sum_;
  std::uint64_t size_ = 0;
};

}  // namespace gitsync::archive
