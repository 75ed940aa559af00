// SPDX-License-Identifier: Apache-2.0
#include "git/whole_inflater.h"

#include <libdeflate.h>

namespace gitsync::git {

void WholeInflater::Free::operator()(libdeflate_decompressor* decompressor) const noexcept {
  ::libdeflate_free_decompressor(decompressor);
}

util::Result<WholeInflater> WholeInflater::create() {
  Decompressor decompressor(::libdeflate_alloc_decompressor());
  if (!decompressor) return util::fail(util::ErrorKind::kLocal, "libdeflate is out of memory");
  return WholeInflater(std::move(decompressor));
}

std::optional<std::size_t> WholeInflater::inflate(std::string_view in, std::span<char> out) {
  std::size_t used = 0;
  // Without a place for the number of bytes made, anything but exactly out.size() is an error.
  const auto result = ::libdeflate_zlib_decompress_ex(decompressor_.get(), in.data(), in.size(),
                                                      out.data(), out.size(), &used, nullptr);
  if (result != LIBDEFLATE_SUCCESS) return std::nullopt;
  return used;
}

}  // namespace gitsync::git
