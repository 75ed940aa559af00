// SPDX-License-Identifier: Apache-2.0
#include "git/whole_deflate.h"

#include <libdeflate.h>

#include <memory>

namespace gitsync::git {
namespace {

constexpr int kLevel = 6;  // what zlib has for its default

struct Free {
  void operator()(libdeflate_compressor* compressor) const noexcept {
    ::libdeflate_free_compressor(compressor);
  }
};

}  // namespace

util::Result<std::string> deflate_whole(std::string_view bytes) {
  const std::unique_ptr<libdeflate_compressor, Free> compressor(
      ::libdeflate_alloc_compressor(kLevel));
  if (!compressor) return util::fail(util::ErrorKind::kLocal, "libdeflate is out of memory");
  std::string out(::libdeflate_zlib_compress_bound(compressor.get(), bytes.size()), '\0');
  out.resize(::libdeflate_zlib_compress(compressor.get(), bytes.data(), bytes.size(), out.data(),
                                        out.size()));
  return out;
}

}  // namespace gitsync::git
