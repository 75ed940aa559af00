// SPDX-License-Identifier: Apache-2.0
#include "git/push_inflater.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

namespace gitsync::git {

using util::Result;

void PushInflater::End::operator()(z_stream_s* stream) const noexcept {
  ::inflateEnd(stream);
  // NOLINTNEXTLINE(cppcoreguidelines-owning-memory): this is the owner's deleter
  delete stream;
}

Result<PushInflater> PushInflater::create() {
  auto plain = std::make_unique<z_stream_s>();
  if (::inflateInit(plain.get()) != Z_OK) {
    return util::fail(util::ErrorKind::kLocal, "zlib cannot start");
  }
  return PushInflater(Stream(plain.release()));
}

void PushInflater::begin() { ::inflateReset(stream_.get()); }

Result<PushInflater::Step> PushInflater::inflate(std::string_view in, std::span<char> out) {
  constexpr std::size_t kMost = std::numeric_limits<uInt>::max();
  const auto given = static_cast<uInt>(std::min(in.size(), kMost));
  const auto room = static_cast<uInt>(std::min(out.size(), kMost));
  // zlib does not write to its input; its interface is older than const.
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast)
  stream_->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
  stream_->avail_in = given;
  stream_->next_out = reinterpret_cast<Bytef*>(out.data());
  stream_->avail_out = room;
  const int code = ::inflate(stream_.get(), Z_NO_FLUSH);
  if (code == Z_MEM_ERROR) {
    return util::fail(util::ErrorKind::kLocal, "zlib is out of memory");
  }
  // Z_BUF_ERROR only says that it needs more input, or more room.
  if (code != Z_STREAM_END && code != Z_OK && code != Z_BUF_ERROR) {
    return util::fail(util::ErrorKind::kCorrupt, "zlib stream is damaged");
  }
  return Step{.used = given - stream_->avail_in,
              .made = room - stream_->avail_out,
              .ended = code == Z_STREAM_END};
}

}  // namespace gitsync::git
