// SPDX-License-Identifier: Apache-2.0
#include "git/deflater.h"

#include <libdeflate.h>
#include <zlib.h>

#include <algorithm>

#include "git/corrupt.h"

namespace gitsync::git {

using util::Result;

namespace {

constexpr int kLevel = 6;  // as git's default is zlib's
constexpr std::size_t kFitsBuffer = std::size_t{1} << 20;
constexpr std::size_t kPiece = std::size_t{64} * 1024;

}  // namespace

void Deflater::Free::operator()(libdeflate_compressor* whole) const noexcept {
  ::libdeflate_free_compressor(whole);
}

void Deflater::Free::operator()(z_stream_s* stream) const noexcept {
  ::deflateEnd(stream);
  // NOLINTNEXTLINE(cppcoreguidelines-owning-memory): this is the owner's deleter
  delete stream;
}

Result<Deflater> Deflater::create() {
  Deflater deflater;
  deflater.whole_.reset(::libdeflate_alloc_compressor(kLevel));
  if (!deflater.whole_) return util::fail(util::ErrorKind::kLocal, "libdeflate cannot start");
  return deflater;
}

Result<void> Deflater::begin(std::uint64_t size, const Sink& sink) {
  sink_ = &sink;
  left_ = size;
  object_.clear();
  is_stream_ = size > kFitsBuffer;
  return is_stream_ ? begin_stream() : Result<void>{};
}

Result<void> Deflater::begin_stream() {
  if (!stream_) {
    auto plain = std::make_unique<z_stream_s>();
    if (::deflateInit(plain.get(), kLevel) != Z_OK) {
      return util::fail(util::ErrorKind::kLocal, "zlib cannot start");
    }
    stream_.reset(plain.release());
  }
  ::deflateReset(stream_.get());
  return {};
}

Result<void> Deflater::feed(std::string_view bytes) {
  if (bytes.size() > left_) return corrupt("more bytes than the object has");
  left_ -= bytes.size();
  if (is_stream_) return pour(bytes, Z_NO_FLUSH);
  object_ += bytes;
  return {};
}

Result<void> Deflater::end() {
  if (left_ != 0) return corrupt("fewer bytes than the object has");
  return is_stream_ ? pour({}, Z_FINISH) : compress_whole();
}

Result<void> Deflater::compress_whole() {
  compressed_.resize(::libdeflate_zlib_compress_bound(whole_.get(), object_.size()));
  const std::size_t size = ::libdeflate_zlib_compress(whole_.get(), object_.data(), object_.size(),
                                                      compressed_.data(), compressed_.size());
  if (size == 0) return util::fail(util::ErrorKind::kLocal, "libdeflate does not compress");
  return (*sink_)(std::string_view(compressed_).substr(0, size));
}

Result<void> Deflater::pour(std::string_view bytes, int flush) {
  // Pieces are 32 KiB, or a delta's result of 32 MiB at most.
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): zlib does not write to its input
  stream_->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream_->avail_in = static_cast<uInt>(bytes.size());
  compressed_.resize(std::max(compressed_.size(), kPiece));
  int code = Z_OK;
  do {
    stream_->next_out = reinterpret_cast<Bytef*>(compressed_.data());
    stream_->avail_out = static_cast<uInt>(kPiece);
    code = ::deflate(stream_.get(), flush);
    if (code == Z_STREAM_ERROR) return util::fail(util::ErrorKind::kLocal, "zlib does not work");
    GS_TRY_VOID((*sink_)(std::string_view(compressed_).substr(0, kPiece - stream_->avail_out)));
  } while (stream_->avail_out == 0 || (flush == Z_FINISH && code != Z_STREAM_END));
  return {};
}

}  // namespace gitsync::git
