// SPDX-License-Identifier: Apache-2.0
// An object in a file of its own: a zlib stream of "<type> <size>", a NUL and the bytes
// (gitrepository-layout(5), "objects").

#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "git/inflate.h"
#include "git/object.h"
#include "git/object_id.h"
#include "util/error.h"
#include "util/fd.h"

namespace gitsync::git {

// "<type> <size>", without the NUL. Nothing if it is anything else.
std::optional<ObjectInfo> parse_loose_header(std::string_view text);

// "ab/cdef…": where it is in a folder of objects.
std::string loose_path(const ObjectId& id);

// Nothing is verified against an id. Thread-safety: none. Does not move, since the inflater points
// to it.
class LooseReader {
 public:
  explicit LooseReader(Inflater& inflater) : inflater_(inflater), source_(fd_, shown_) {}
  LooseReader(const LooseReader&) = delete;
  LooseReader& operator=(const LooseReader&) = delete;

  // Makes the inflater ready for the bytes of the object in `file`; `shown` is its name in errors.
  util::Result<ObjectInfo> begin(util::Fd file, std::string shown);
  // After the last byte was read. kCorrupt if there is more in the file.
  util::Result<void> expect_end();

 private:
  class Source final : public ByteSource {
   public:
    Source(const util::Fd& fd, const std::string& shown) : fd_(fd), shown_(shown) {}
    util::Result<std::string_view> next() override;

   private:
    const util::Fd& fd_;
    const std::string& shown_;
    std::array<char, std::size_t{16} * 1024> buffer_{};
  };

  util::Result<std::string> read_header();

  Inflater& inflater_;
  util::Fd fd_;
  std::string shown_;
  Source source_;
};

}  // namespace gitsync::git
