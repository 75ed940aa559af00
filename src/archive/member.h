// SPDX-License-Identifier: Apache-2.0
// One member of an archive, as the reader gives it and the writer takes it.

#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace gitsync::archive {

enum class Kind : std::uint8_t {
  kRegular,
  kExecutable,  // a regular file that somebody may execute
  kSymlink,
  kFolder,
  kHardLink,  // the same file as an earlier member; the reader gives no content for it
};

struct Member {
  // Bytes, relative, '/' between components: no leading "./", no trailing '/', no empty component.
  std::string path;
  Kind kind = Kind::kRegular;
  std::uint64_t size = 0;  // of the content, in bytes; holes count. 0 of what is no regular file
  std::chrono::sys_seconds mtime = {};
  // Of a symlink: its target, as it is, absolute or not. Of a hard link: the path of the member.
  std::string target = {};
};

}  // namespace gitsync::archive
