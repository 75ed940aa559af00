// SPDX-License-Identifier: Apache-2.0
#include "git/pack_index_writer.h"

#include <array>
#include <string_view>

#include "git/index_checksum.h"
#include "util/descriptor_io.h"

namespace gitsync::git {

using util::Result;

namespace {

constexpr std::string_view kMagic = "\377tOc";
constexpr std::uint32_t kVersion = 2;
// An offset of 31 bits stands in the first table; of others it has the place in the second one.
constexpr std::uint64_t kFirstLarge = std::uint64_t{1} << 31;
constexpr std::size_t kBuffer = std::size_t{64} << 10;

// Collects what is to be written. An error of a write is told at the end.
class Output {
 public:
  Output(int file, const std::string& shown) : file_(file), shown_(shown) {
    buffer_.reserve(kBuffer);
  }

  void bytes(std::string_view bytes) {
    if (buffer_.size() + bytes.size() > kBuffer) flush();
    buffer_ += bytes;
  }
  void number(std::uint64_t value, unsigned size) {
    std::array<char, 8> text{};
    for (unsigned i = 0; i < size; ++i) text[i] = static_cast<char>(value >> (8 * (size - 1 - i)));
    bytes({text.data(), size});
  }
  Result<void> finish() {
    flush();
    const auto digest = sum_.finish();
    GS_TRY_VOID(std::move(result_));
    return util::write_all(file_, {digest.data(), digest.size()}, shown_);
  }

 private:
  void flush() {
    sum_.add(buffer_);
    if (result_) result_ = util::write_all(file_, buffer_, shown_);
    buffer_.clear();
  }

  int file_;
  const std::string& shown_;
  std::string buffer_;
  IndexChecksum sum_;
  Result<void> result_;
};

}  // namespace

Result<void> write_pack_index(int file, const std::string& shown, std::uint32_t count,
                              const std::function<IndexedObject(std::uint32_t)>& object,
                              const ObjectId& pack_checksum) {
  std::array<std::uint32_t, 256> with_byte{};
  for (std::uint32_t i = 0; i < count; ++i) ++with_byte.at(object(i).id.bytes[0]);

  Output out(file, shown);
  out.bytes(kMagic);
  out.number(kVersion, 4);
  std::uint32_t up_to = 0;
  for (const std::uint32_t number : with_byte) out.number(up_to += number, 4);
  for (std::uint32_t i = 0; i < count; ++i) out.bytes(object(i).id.view());
  for (std::uint32_t i = 0; i < count; ++i) out.number(object(i).crc, 4);
  std::uint32_t large = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    const std::uint64_t offset = object(i).offset;
    out.number(offset < kFirstLarge ? offset : kFirstLarge | large++, 4);
  }
  for (std::uint32_t i = 0; i < count && large > 0; ++i) {
    const std::uint64_t offset = object(i).offset;
    if (offset >= kFirstLarge) out.number(offset, 8);
  }
  out.bytes(pack_checksum.view());
  return out.finish();
}

}  // namespace gitsync::git
