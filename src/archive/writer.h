// SPDX-License-Identifier: Apache-2.0
// Writes a tar.gz whose bytes depend on nothing but the members and one time: who writes the same
// tree twice, or on two machines with the same zlib, gets the same digest.
//
// Format: ustar (POSIX.1-1988); a pax header (POSIX.1-2001) only before a member that does not fit;
// RFC 1952. Written by ourselves, as libarchive's bytes differ between its releases and locales.

#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "archive/gzip_output.h"
#include "archive/member.h"
#include "util/error.h"

namespace gitsync::archive {

struct Written {
  std::uint64_t size = 0;  // bytes of the tar.gz
  std::string sha256;      // of the tar.gz, 64 lower-case hex digits
  std::string tar_sha256;  // of the tar inside: what an OCI image's configuration calls diff_id
};

// Every member has `time`, uid and gid 0, no names of users, mode 0644, 0755 (executables, folders)
// or 0777 (symlinks). The gzip header has no time and no name.
//
// Memory: 300 KiB, whatever the sizes. Move-only. Thread-safety: none.
class Writer {
 public:
  // `time`: the commit's. Errors: kLocal when memory is short.
  static util::Result<Writer> create(Output output, std::chrono::sys_seconds time);
  Writer(Writer&& other) noexcept;
  Writer& operator=(Writer&& other) noexcept;
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  ~Writer();

  // Starts a member: regular file, symlink or folder (hard links are not written). Paths must
  // ascend strictly by their bytes, as TreeContents gives them. The folders above a path are
  // written first by the writer itself, so that only empty folders must be added. `mtime` does not
  // count. Errors: kInvalid for a path out of order or not as Member has it, a file in the way of a
  // folder, a hard link, or while content of the member before is missing; those of the output.
  // After an error the archive is of no use.
  util::Result<void> add(const Member& member);
  // Content of the regular file just added; exactly `size` bytes in all. kInvalid if there are
  // more.
  util::Result<void> write(std::string_view bytes);
  // The end of the archive. kInvalid if content is missing. Nothing may be called after it.
  util::Result<Written> finish();

 private:
  class Impl;
  explicit Writer(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gitsync::archive
