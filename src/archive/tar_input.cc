// SPDX-License-Identifier: Apache-2.0
#include "archive/tar_input.h"

#include <archive.h>
#include <archive_entry.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "archive/header_blocks.h"
#include "util/quote.h"

namespace gitsync::archive {
namespace {

using util::ErrorKind;
using util::Result;

constexpr std::uint64_t kBlock = 512;
// Writers fill their last record with zeros; the largest are 1 MiB (tar --blocking-factor=2048).
constexpr std::uint64_t kMostPadding = std::uint64_t{4} << 20;

std::string text_of(const char* text) { return text == nullptr ? "" : text; }

RawMember::Kind kind_of(struct ::archive_entry* entry) {
  using enum RawMember::Kind;
  if (archive_entry_hardlink(entry) != nullptr) return kHardLink;
  switch (archive_entry_filetype(entry)) {
    case AE_IFREG:
      return kFile;
    case AE_IFLNK:
      return kSymlink;
    case AE_IFDIR:
      return kFolder;
    case AE_IFCHR:
    case AE_IFBLK:
      return kDevice;
    case AE_IFIFO:
      return kPipe;
    case AE_IFSOCK:
      return kSocket;
    default:
      return kUnknown;
  }
}

}  // namespace

void TarInput::Free::operator()(struct ::archive* archive) const noexcept {
  archive_read_free(archive);
}

long TarInput::on_read(struct ::archive* archive, void* self, const void** buffer) {
  auto& input = *static_cast<TarInput*>(self);
  auto piece = input.recorder_.next();
  if (!piece) {
    input.input_error_ = std::move(piece).error();
    archive_set_error(archive, EIO, "input");
    return ARCHIVE_FATAL;
  }
  input.given_ += piece->size();
  input.last_piece_ = *piece;
  *buffer = piece->data();
  return static_cast<long>(piece->size());
}

Result<void> TarInput::open() {
  archive_.reset(archive_read_new());
  if (!archive_) return util::fail(ErrorKind::kLocal, "libarchive is out of memory");
  recorder_.begin_headers(0);  // it looks at the first ones at once
  if (archive_read_support_format_tar(archive_.get()) != ARCHIVE_OK ||
      archive_read_open(archive_.get(), this, nullptr, &TarInput::on_read, nullptr) != ARCHIVE_OK) {
    return failure();
  }
  return {};
}

Result<std::optional<RawMember>> TarInput::next() {
  if (!archive_) {
    GS_TRY_VOID(open());
  } else {
    if (archive_read_data_skip(archive_.get()) < ARCHIVE_OK) return failure();
    recorder_.begin_headers(consumed());
  }
  const auto begin = consumed();
  const int code = archive_read_next_header(archive_.get(), &entry_);
  if (input_error_) return failure();
  if (code == ARCHIVE_EOF) {
    GS_TRY_VOID(check_end(consumed() - begin));
    return std::nullopt;
  }
  // Its warnings are about names that are not in the charset of the locale, and of these it gives
  // the bytes, and about records, which check_header_blocks() judges.
  if (code != ARCHIVE_OK && code != ARCHIVE_WARN) return failure();
  GS_TRY(const auto type, check_header_blocks(recorder_.end_headers(consumed())));
  return describe(type);
}

RawMember TarInput::describe(char type) {
  RawMember member{.path = text_of(archive_entry_pathname(entry_)),
                   .kind = kind_of(entry_),
                   .executable = (archive_entry_perm(entry_) & 0111) != 0,
                   .size = archive_entry_size(entry_),
                   .mtime = archive_entry_mtime(entry_)};
  using enum RawMember::Kind;
  if (member.kind == kHardLink) member.target = text_of(archive_entry_hardlink(entry_));
  if (member.kind == kSymlink) member.target = text_of(archive_entry_symlink(entry_));
  if (member.kind == kHardLink && type != '1') member.kind = kUnknown;
  size_ = static_cast<std::uint64_t>(std::max<std::int64_t>(member.size, 0));
  at_ = block_at_ = 0;
  block_ = {};
  blocks_ended_ = false;
  return member;
}

Result<std::string_view> TarInput::content() {
  static constexpr std::array<char, 16384> kZeros{};
  while (block_.empty() && !blocks_ended_) GS_TRY_VOID(next_block());
  const auto hole_end = blocks_ended_ ? size_ : block_at_;
  if (at_ < hole_end) {
    const std::string_view zeros(kZeros.data(),
                                 std::min<std::uint64_t>(kZeros.size(), hole_end - at_));
    at_ += zeros.size();
    return zeros;
  }
  at_ += block_.size();
  return std::exchange(block_, {});
}

Result<void> TarInput::next_block() {
  const void* data = nullptr;
  std::size_t length = 0;
  std::int64_t offset = 0;
  const int code = archive_read_data_block(archive_.get(), &data, &length, &offset);
  if (code == ARCHIVE_EOF) {
    blocks_ended_ = true;
    return {};
  }
  if (code != ARCHIVE_OK) return failure();
  block_ = {static_cast<const char*>(data), length};
  if (block_.empty()) return {};
  block_at_ = static_cast<std::uint64_t>(offset);
  if (offset < 0 || block_at_ < at_ || block_at_ > size_ || length > size_ - block_at_) {
    return util::fail(ErrorKind::kProtocol,
                      "a sparse file of the archive has blocks that overlap, "
                      "or lie behind its end");
  }
  return {};
}

// Without its mark an end is only where the bytes stopped to come: perhaps not all of them did.
Result<void> TarInput::check_end(std::uint64_t zeros) {
  if (zeros < 2 * kBlock && !unpacker_.has_checked_end()) {
    return util::fail(ErrorKind::kProtocol,
                      "the archive is cut off: it does not end with two blocks of zeros");
  }
  return check_rest();
}

Result<void> TarInput::check_rest() {
  auto rest = last_piece_.substr(last_piece_.size() -
                                 std::min<std::uint64_t>(given_ - consumed(), last_piece_.size()));
  for (std::uint64_t padding = 0; padding <= kMostPadding;) {
    if (rest.find_first_not_of('\0') != std::string_view::npos) {
      return util::fail(ErrorKind::kProtocol, "something follows the end of the archive");
    }
    padding += rest.size();
    GS_TRY(rest, unpacker_.next());
    if (rest.empty()) return {};
  }
  return util::fail(ErrorKind::kProtocol, "zeros follow the end of the archive on and on");
}

std::uint64_t TarInput::consumed() const {
  return static_cast<std::uint64_t>(archive_filter_bytes(archive_.get(), 0));
}

std::unexpected<util::Error> TarInput::failure() {
  if (input_error_) return util::fail(*input_error_);
  const auto why = util::escaped(text_of(archive_error_string(archive_.get())));
  if (archive_errno(archive_.get()) == ENOMEM) {
    return util::fail(ErrorKind::kLocal, "libarchive is out of memory");
  }
  if (why == "Unrecognized archive format") {
    return util::fail(ErrorKind::kProtocol, util::Cause::kArchiveFormat, "this is no tar archive");
  }
  return util::fail(ErrorKind::kProtocol,
                    "the archive is damaged or cut off" + (why.empty() ? "" : " (" + why + ")"));
}

}  // namespace gitsync::archive
