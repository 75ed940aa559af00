// SPDX-License-Identifier: Apache-2.0
#include "archive/gzip_output.h"

#include <zlib.h>

#include <limits>
#include <utility>

namespace gitsync::archive {
namespace {

using util::ErrorKind;
using util::Result;

constexpr std::size_t kBuffer = std::size_t{64} << 10;
// zlib's own defaults, written down: they decide the bytes.
constexpr int kLevel = 6;
constexpr int kMemory = 8;
constexpr int kGzipWindow = 15 + 16;  // gzip's header and trailer instead of zlib's
constexpr int kUnix = 3;

}  // namespace

void GzipOutput::End::operator()(z_stream_s* stream) const noexcept {
  ::deflateEnd(stream);
  // NOLINTNEXTLINE(cppcoreguidelines-owning-memory): this is the owner's deleter
  delete stream;
}

GzipOutput::GzipOutput(Stream stream, Output output)
    : stream_(std::move(stream)), output_(std::move(output)), buffer_(kBuffer) {}

Result<GzipOutput> GzipOutput::create(Output output) {
  auto plain = std::make_unique<z_stream_s>();
  if (::deflateInit2(plain.get(), kLevel, Z_DEFLATED, kGzipWindow, kMemory, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    return util::fail(ErrorKind::kLocal, "zlib cannot start");
  }
  Stream stream(plain.release());
  gz_header header{};
  header.os = kUnix;
  // zlib reads it when it writes the header, so that is made at once.
  ::deflateSetHeader(stream.get(), &header);
  GzipOutput made(std::move(stream), std::move(output));
  GS_TRY_VOID(made.pour({}, Z_BLOCK));
  return made;
}

Result<void> GzipOutput::write(std::string_view bytes) {
  constexpr std::size_t kMost = std::numeric_limits<uInt>::max();
  for (; !bytes.empty(); bytes.remove_prefix(std::min(bytes.size(), kMost))) {
    GS_TRY_VOID(pour(bytes.substr(0, kMost), Z_NO_FLUSH));
  }
  return {};
}

Result<void> GzipOutput::finish() { return pour({}, Z_FINISH); }

Result<void> GzipOutput::pour(std::string_view bytes, int flush) {
  // zlib does not write to its input; its interface is older than const.
  // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast)
  stream_->next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream_->avail_in = static_cast<uInt>(bytes.size());
  do {
    stream_->next_out = reinterpret_cast<Bytef*>(buffer_.data());
    stream_->avail_out = static_cast<uInt>(buffer_.size());
    // Never an error: its state is right, and Z_BUF_ERROR only says that there was nothing to do.
    ::deflate(stream_.get(), flush);
    const std::string_view made(buffer_.data(), buffer_.size() - stream_->avail_out);
    if (made.empty()) break;
    sum_.update(made);
    size_ += made.size();
    GS_TRY_VOID(output_(made));
  } while (stream_->avail_out == 0);
  return {};
}

}  // namespace gitsync::archive
