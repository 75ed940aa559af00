// SPDX-License-Identifier: Apache-2.0
// Reads a zlib stream (RFC 1950) piece by piece, so that nothing of it need be whole in memory.

#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "util/error.h"

struct z_stream_s;

namespace gitsync::git {

// Where compressed bytes come from: a pack or the file of a loose object.
class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // The next bytes, valid until the next call; empty at the end.
  virtual util::Result<std::string_view> next() = 0;
};

// Used again for any number of streams, since making one costs 40 KiB of memory. Errors: kCorrupt
// if the stream is damaged or cut short, and those of the source. Move-only. Thread-safety: none.
class Inflater {
 public:
  static util::Result<Inflater> create();

  // Starts a stream at the first byte of `source`, which must live as long as it is read.
  void begin(ByteSource& source);
  // Fills `out`; returns how many bytes there were, which is fewer only at the end of the stream.
  util::Result<std::size_t> read(std::span<char> out);
  // Exactly `size` bytes, which the caller has bounded, and then the end with its checksum.
  util::Result<std::string> read_whole(std::size_t size);
  // Success if the stream has ended, and its checksum is right.
  util::Result<void> expect_end();
  // Bytes that the source has given and that lie behind the end of the stream.
  std::size_t unused() const;

 private:
  struct End {
    void operator()(z_stream_s* stream) const noexcept;
  };
  using Stream = std::unique_ptr<z_stream_s, End>;
  explicit Inflater(Stream stream) noexcept : stream_(std::move(stream)) {}
  util::Result<void> step();

  Stream stream_;  // not inside of us: zlib points back to it
  ByteSource* source_ = nullptr;
  bool ended_ = false;
};

}  // namespace gitsync::git
