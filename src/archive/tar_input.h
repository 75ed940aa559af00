// SPDX-License-Identifier: Apache-2.0
// Only this file knows libarchive: its tar reader alone, without its filters, so that no other of
// its many formats can be reached by foreign bytes.

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "archive/header_recorder.h"
#include "archive/unpacker.h"
#include "util/error.h"

struct archive;
struct archive_entry;

namespace gitsync::archive {

// A member as it stands in the archive: nothing of it is checked but its form.
struct RawMember {
  enum class Kind { kFile, kSymlink, kFolder, kHardLink, kDevice, kPipe, kSocket, kUnknown };
  std::string path;
  Kind kind = Kind::kUnknown;
  bool executable = false;
  std::int64_t size = 0;   // holes count
  std::int64_t mtime = 0;  // seconds since 1970
  std::string target;      // of a symlink or a hard link
};

// Not movable: libarchive points back to it. Thread-safety: none.
class TarInput {
 public:
  explicit TarInput(Unpacker& input) : unpacker_(input), recorder_(input) {}
  TarInput(const TarInput&) = delete;
  TarInput& operator=(const TarInput&) = delete;

  // The next member; nothing at the end, which is the archive's own: two blocks of zeros, or the
  // checked end of a compressed stream; then nothing but zeros follows. Otherwise kProtocol.
  util::Result<std::optional<RawMember>> next();
  // Content of the member, its holes as zeros; empty: all of `size` has been given.
  util::Result<std::string_view> content();

 private:
  struct Free {
    void operator()(struct ::archive* archive) const noexcept;
  };
  static long on_read(struct ::archive* archive, void* self, const void** buffer);

  util::Result<void> open();
  util::Result<void> check_end(std::uint64_t zeros);
  util::Result<void> check_rest();
  RawMember describe(char type);
  util::Result<void> next_block();
  std::unexpected<util::Error> failure();
  std::uint64_t consumed() const;

  Unpacker& unpacker_;
  HeaderRecorder recorder_;
  std::unique_ptr<struct ::archive, Free> archive_;
  struct ::archive_entry* entry_ = nullptr;  // libarchive's, valid until its next header
  std::optional<util::Error> input_error_;
  std::uint64_t given_ = 0;      // bytes that libarchive got
  std::string_view last_piece_;  // the end of those
  // Of the member: how long it is, what content() has given, and the block that comes next.
  std::uint64_t size_ = 0;
  std::uint64_t at_ = 0;
  std::string_view block_;
  std::uint64_t block_at_ = 0;
  bool blocks_ended_ = true;
};

}  // namespace gitsync::archive
