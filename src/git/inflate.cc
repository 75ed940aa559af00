// SPDX-License-Identifier: Apache-2.0
#include "git/inflate.h"

#include <zlib.h>

#include <algorithm>
#include <limits>

namespace gitsync::git {

using util::Result;

void Inflater::End::operator()(z_stream_s* stream) const noexcept {
  ::inflateEnd(stream);
  // NOLINTNEXTLINE(cppcoreguidelines-owning-memory): this is the owner's deleter
  delete stream;
}

Result<Inflater> Inflater::create() {
  auto plain = std::make_unique<z_stream_s>();
  if (::inflateInit(plain.get()) != Z_OK) {
    return util::fail(util::ErrorKind::kLocal, "zlib cannot start");
  }
  return Inflater(Stream(plain.release()));
}

void Inflater::begin(ByteSource& source) {
  source_ = &source;
  ended_ = ::inflateReset(stream_.get()) != Z_OK;
  stream_->avail_in = 0;
}

// One call of inflate(), after asking for more input if there is none.
Result<void> Inflater::step() {
  if (stream_->avail_in == 0) {
    GS_TRY(const auto bytes, source_->next());
    if (bytes.empty()) return util::fail(util::ErrorKind::kCorrupt, "zlib stream is cut short");
    // zlib does not write to its input; its interface is older than const.
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast)
    stream_->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
    stream_->avail_in = static_cast<uInt>(bytes.size());
  }
  const int code = ::inflate(stream_.get(), Z_NO_FLUSH);
  ended_ = code == Z_STREAM_END;
  if (code == Z_MEM_ERROR) return util::fail(util::ErrorKind::kLocal, "zlib is out of memory");
  // Z_BUF_ERROR only says that it needs more input, or more room.
  if (ended_ || code == Z_OK || code == Z_BUF_ERROR) return {};
  return util::fail(util::ErrorKind::kCorrupt, "zlib stream is damaged");
}

Result<std::size_t> Inflater::read(std::span<char> out) {
  std::size_t done = 0;
  while (done < out.size() && !ended_) {
    const std::size_t room =
        std::min<std::size_t>(out.size() - done, std::numeric_limits<uInt>::max());
    stream_->next_out = reinterpret_cast<Bytef*>(out.data() + done);
    stream_->avail_out = static_cast<uInt>(room);
    GS_TRY_VOID(step());
    done += room - stream_->avail_out;
  }
  return done;
}

Result<std::string> Inflater::read_whole(std::size_t size) {
  std::string bytes(size, '\0');
  GS_TRY(const std::size_t got, read(bytes));
  if (got < size) return util::fail(util::ErrorKind::kCorrupt, "zlib stream is too short");
  GS_TRY_VOID(expect_end());
  return bytes;
}

Result<void> Inflater::expect_end() {
  char more = 0;
  GS_TRY(const std::size_t got, read({&more, 1}));
  if (got == 0) return {};
  return util::fail(util::ErrorKind::kCorrupt, "zlib stream is too long");
}

std::size_t Inflater::unused() const { return stream_->avail_in; }

}  // namespace gitsync::git
