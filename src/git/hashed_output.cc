// SPDX-License-Identifier: Apache-2.0
#include "git/hashed_output.h"

#include <array>
#include <utility>

#include "util/descriptor_io.h"

namespace gitsync::git {

using util::Result;

namespace {

constexpr std::size_t kBuffer = std::size_t{128} * 1024;

}  // namespace

HashedOutput::HashedOutput(int file, std::string shown) : file_(file), shown_(std::move(shown)) {
  buffer_.reserve(kBuffer);
}

Result<void> HashedOutput::flush() {
  checksum_.add(buffer_);
  GS_TRY_VOID(util::write_all(file_, buffer_, shown_));
  buffer_.clear();
  return {};
}

Result<void> HashedOutput::write(std::string_view bytes) {
  size_ += bytes.size();
  while (!bytes.empty()) {
    const auto part = bytes.substr(0, kBuffer - buffer_.size());
    buffer_ += part;
    bytes.remove_prefix(part.size());
    if (buffer_.size() == kBuffer) GS_TRY_VOID(flush());
  }
  return {};
}

Result<void> HashedOutput::write_32(std::uint32_t number) {
  std::array<char, 4> bytes{};
  for (std::size_t i = 0; i < 4; ++i) bytes.at(i) = static_cast<char>(number >> (24 - 8 * i));
  return write({bytes.data(), bytes.size()});
}

Result<void> HashedOutput::write_64(std::uint64_t number) {
  GS_TRY_VOID(write_32(static_cast<std::uint32_t>(number >> 32)));
  return write_32(static_cast<std::uint32_t>(number));
}

Result<ObjectId> HashedOutput::finish() {
  GS_TRY_VOID(flush());
  const auto sum = checksum_.finish();
  const auto id = ObjectId::from_bytes({sum.data(), sum.size()});
  GS_TRY_VOID(util::write_all(file_, id.view(), shown_));
  size_ += ObjectId::kSize;
  return id;
}

}  // namespace gitsync::git
