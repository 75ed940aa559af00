// SPDX-License-Identifier: Apache-2.0
// Reads a tar stream while it arrives: plain, gzip or zstd, known by its first bytes. What comes
// out has passed the rules of member_rules.h, and the end is one only if the archive says so
// itself.
//
// Formats: tar(5) of libarchive (ustar, pax of POSIX.1-2001, GNU, sparse files of both), RFC 1952,
// RFC 8878.

#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "archive/limits.h"
#include "archive/member.h"
#include "archive/pull.h"
#include "util/error.h"

namespace gitsync::archive {

// Memory: some 300 KiB, the window of zstd (32 MiB at most), and about 100 bytes beside the name
// for each member. Move-only. Thread-safety: none.
class Reader {
 public:
  // Reads nothing yet.
  explicit Reader(Pull pull, Limits limits = {});
  Reader(Reader&& other) noexcept;
  Reader& operator=(Reader&& other) noexcept;
  Reader(const Reader&) = delete;
  Reader& operator=(const Reader&) = delete;
  ~Reader();

  // The next member; what was not read of the one before is skipped. Nothing at the end, and then
  // the whole archive was there: its end-of-archive blocks or, without them, the checksummed end of
  // the gzip or zstd stream; and pull() has said that nothing follows.
  // Names are bytes, not UTF-8. The root itself ("./") is not given. A path may come again with
  // other content, which then counts (tar appends so). A hard link to a symlink comes as a symlink.
  // Errors: kProtocol for what is damaged, cut off, empty (no member at all), followed by something
  // else, over a limit, or against the rules of member_rules.h; kLocal when memory is short. After
  // an error all calls return it.
  util::Result<std::optional<Member>> next();

  // The next piece of the content of the member that next() gave, valid until the next call of
  // either; empty: that was all, exactly `size` bytes. Holes of sparse files come as zeros.
  util::Result<std::string_view> content();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gitsync::archive
