// SPDX-License-Identifier: Apache-2.0
#include <zstd.h>
#include <zstd_errors.h>

#include "archive/inflater.h"

namespace gitsync::archive {
namespace {

using util::ErrorKind;
using util::Result;

constexpr int kLargestWindowLog = 25;

struct Free {
  void operator()(ZSTD_DCtx* context) const noexcept { ZSTD_freeDCtx(context); }
};

class ZstdInflater final : public Inflater {
 public:
  ZstdInflater() : context_(ZSTD_createDCtx()) {}

  Result<void> start() {
    if (context_ && !ZSTD_isError(ZSTD_DCtx_setParameter(context_.get(), ZSTD_d_windowLogMax,
                                                         kLargestWindowLog))) {
      return {};
    }
    return util::fail(ErrorKind::kLocal, "zstd cannot start");
  }

  Result<Step> inflate(std::string_view in, std::span<char> out) override {
    ZSTD_inBuffer input{in.data(), in.size(), 0};
    ZSTD_outBuffer output{out.data(), out.size(), 0};
    const auto left = ZSTD_decompressStream(context_.get(), &output, &input);
    if (ZSTD_isError(left) != 0) return damaged(left);
    // 0: a frame is whole, and written out.
    return Step{.used = input.pos, .made = output.pos, .ended = left == 0};
  }

 private:
  static std::unexpected<util::Error> damaged(std::size_t result) {
    switch (ZSTD_getErrorCode(result)) {
      case ZSTD_error_memory_allocation:
        return util::fail(ErrorKind::kLocal, "zstd is out of memory");
      case ZSTD_error_frameParameter_windowTooLarge:
        return util::fail(ErrorKind::kProtocol,
                          "the zstd stream needs a window over 32 MiB; compress it without --ultra "
                          "and --long");
      default:
        return util::fail(ErrorKind::kProtocol, std::string("the zstd stream is damaged (") +
                                                    ZSTD_getErrorName(result) + ")");
    }
  }

  const std::unique_ptr<ZSTD_DCtx, Free> context_;
};

}  // namespace

Result<std::unique_ptr<Inflater>> make_zstd_inflater() {
  auto inflater = std::make_unique<ZstdInflater>();
  GS_TRY_VOID(inflater->start());
  return inflater;
}

}  // namespace gitsync::archive
