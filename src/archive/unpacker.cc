// SPDX-License-Identifier: Apache-2.0
#include "archive/unpacker.h"

#include <utility>

namespace gitsync::archive {
namespace {

using util::ErrorKind;
using util::Result;

constexpr std::size_t kOutput = std::size_t{64} << 10;
// Enough for all the magic numbers below.
constexpr std::size_t kMagic = 6;
// Empty gzip members and skippable frames of zstd make no content, and may go on for ever.
constexpr std::size_t kMostWithoutContent = std::size_t{4} << 20;

bool is_zstd(std::string_view bytes) {
  using namespace std::string_view_literals;
  return bytes.starts_with("\x28\xb5\x2f\xfd"sv) ||
         (bytes.size() >= 4 && (bytes[0] & '\xf0') == '\x50' &&
          bytes.substr(1).starts_with("\x2a\x4d\x18"sv));
}

// Archives that people have, and we do not read.
std::string_view other_format(std::string_view bytes) {
  using namespace std::string_view_literals;
  if (bytes.starts_with("\xfd"
                        "7zXZ\0"sv))
    return "an xz stream";
  if (bytes.starts_with("BZh")) return "a bzip2 stream";
  if (bytes.starts_with("\x04\x22\x4d\x18"sv)) return "an lz4 stream";
  if (bytes.starts_with("PK\x03\x04"sv)) return "a zip archive";
  if (bytes.starts_with("7z\xbc\xaf"sv)) return "a 7z archive";
  return {};
}

}  // namespace

Result<std::string_view> Unpacker::next() {
  if (!recognized_) GS_TRY_VOID(recognize());
  if (inflater_) return next_unpacked();
  if (input_.empty() && !pull_ended_) GS_TRY_VOID(fill());
  return std::exchange(input_, {});
}

Result<void> Unpacker::recognize() {
  while (first_.size() < kMagic && !pull_ended_) {
    GS_TRY_VOID(fill());
    first_ += input_;
  }
  input_ = first_;
  recognized_ = true;
  if (input_.empty()) return util::fail(ErrorKind::kProtocol, "the archive is empty: 0 bytes");
  if (input_.starts_with("\x1f\x8b")) {
    name_ = "gzip";
    GS_TRY(inflater_, make_gzip_inflater());
  } else if (is_zstd(input_)) {
    name_ = "zstd";
    GS_TRY(inflater_, make_zstd_inflater());
  } else if (const auto other = other_format(input_); !other.empty()) {
    return util::fail(ErrorKind::kProtocol, util::Cause::kArchiveFormat,
                      "this is " + std::string(other) +
                          "; only tar archives, plain or compressed with gzip "
                          "or zstd, are read");
  }
  if (inflater_) output_.resize(kOutput);
  return {};
}

Result<std::string_view> Unpacker::next_unpacked() {
  std::size_t used = 0;
  while (used < kMostWithoutContent) {
    if (input_.empty() && !pull_ended_) GS_TRY_VOID(fill());
    if (input_.empty() && between_streams_) return std::string_view();
    const bool starved = input_.empty();
    const auto step = inflater_->inflate(input_, output_);
    if (!step) return damaged(step.error());
    input_.remove_prefix(step->used);
    used += step->used + 1;
    if (step->used > 0 || step->ended) between_streams_ = step->ended;
    if (step->made > 0) return std::string_view(output_.data(), step->made);
    if (starved && !step->ended) {
      return util::fail(ErrorKind::kProtocol,
                        "the archive is cut off: its " + std::string(name_) + " stream has no end");
    }
  }
  return util::fail(ErrorKind::kProtocol,
                    "the " + std::string(name_) + " stream goes on and on without content");
}

std::unexpected<util::Error> Unpacker::damaged(util::Error error) const {
  if (!between_streams_ || error.kind != ErrorKind::kProtocol) return util::fail(std::move(error));
  return util::fail(ErrorKind::kProtocol,
                    "something else follows the end of the " + std::string(name_) + " stream");
}

Result<void> Unpacker::fill() {
  GS_TRY(input_, pull_());
  pull_ended_ = input_.empty();
  return {};
}

}  // namespace gitsync::archive
