// SPDX-License-Identifier: Apache-2.0
#include <zlib.h>

#include <algorithm>
#include <limits>

#include "archive/inflater.h"

namespace gitsync::archive {
namespace {

using util::ErrorKind;
using util::Result;

// 16 more than the largest window: gzip's header and trailer instead of zlib's.
constexpr int kGzipWindow = 15 + 16;

class GzipInflater final : public Inflater {
 public:
  GzipInflater() = default;
  GzipInflater(const GzipInflater&) = delete;
  GzipInflater& operator=(const GzipInflater&) = delete;
  ~GzipInflater() override { ::inflateEnd(&stream_); }

  Result<void> start() {
    if (::inflateInit2(&stream_, kGzipWindow) == Z_OK) return {};
    return util::fail(ErrorKind::kLocal, "zlib cannot start");
  }

  Result<Step> inflate(std::string_view in, std::span<char> out) override {
    constexpr std::size_t kMost = std::numeric_limits<uInt>::max();
    const auto given = static_cast<uInt>(std::min(in.size(), kMost));
    const auto room = static_cast<uInt>(std::min(out.size(), kMost));
    // zlib does not write to its input; its interface is older than const.
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast)
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
    stream_.avail_in = given;
    stream_.next_out = reinterpret_cast<Bytef*>(out.data());
    stream_.avail_out = room;
    const int code = ::inflate(&stream_, Z_NO_FLUSH);
    if (code == Z_MEM_ERROR) return util::fail(ErrorKind::kLocal, "zlib is out of memory");
    // Z_BUF_ERROR only says that it needs more input, or more room.
    if (code != Z_STREAM_END && code != Z_OK && code != Z_BUF_ERROR) return damaged();
    const Step step{.used = given - stream_.avail_in,
                    .made = room - stream_.avail_out,
                    .ended = code == Z_STREAM_END};
    if (step.ended) ::inflateReset(&stream_);
    return step;
  }

 private:
  std::unexpected<util::Error> damaged() const {
    const std::string why = stream_.msg == nullptr ? "" : std::string(" (") + stream_.msg + ")";
    return util::fail(ErrorKind::kProtocol, "the gzip stream is damaged" + why);
  }

  z_stream stream_{};
};

}  // namespace

Result<std::unique_ptr<Inflater>> make_gzip_inflater() {
  auto inflater = std::make_unique<GzipInflater>();
  GS_TRY_VOID(inflater->start());
  return inflater;
}

}  // namespace gitsync::archive
