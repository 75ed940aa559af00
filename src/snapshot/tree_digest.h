// SPDX-License-Identifier: Apache-2.0
// A digest of all that is in a tree, for who builds it from steps to see that it is the right one.
//
// Format (ours; docs/snapshots.md#the-pointer): SHA-256 over one record a file in the order of the
// paths' bytes: the path, a NUL, a letter ('f' file, 'x' executable, 'l' symlink, 'd' empty
// folder), and the 32 bytes of the content's SHA-256 (of a symlink its target's; of a folder none).

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "tree/tree_contents.h"
#include "util/sha256.h"

namespace gitsync::snapshot {

// Thread-safety: none.
class TreeDigest {
 public:
  // `content_sha256`: 32 bytes, raw; empty for a folder.
  void add(std::string_view path, tree::FileKind kind, std::string_view content_sha256);
  // 64 lower-case hex digits.
  std::string finish();
  std::uint64_t files() const { return files_; }

 private:
  util::Sha256 hash_;
  std::uint64_t files_ = 0;
};

}  // namespace gitsync::snapshot
