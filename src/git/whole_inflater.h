// SPDX-License-Identifier: Apache-2.0
// Inflates zlib streams (RFC 1950) that are whole in memory, by libdeflate: less than half of the
// CPU that zlib takes.

#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "util/error.h"

struct libdeflate_decompressor;

namespace gitsync::git {

// Used again for any number of streams. Move-only. Thread-safety: none.
class WholeInflater {
 public:
  static util::Result<WholeInflater> create();

  // Inflates the stream at the beginning of `in`, whatever follows it; returns how many bytes it
  // has. Nothing unless it is whole, sound, and fills `out` exactly: why it is not, only a
  // streaming inflater can tell.
  std::optional<std::size_t> inflate(std::string_view in, std::span<char> out);

 private:
  struct Free {
    void operator()(libdeflate_decompressor* decompressor) const noexcept;
  };
  using Decompressor = std::unique_ptr<libdeflate_decompressor, Free>;
  explicit WholeInflater(Decompressor decompressor) noexcept
      : decompressor_(std::move(decompressor)) {}

  Decompressor decompressor_;
};

}  // namespace gitsync::git
