// SPDX-License-Identifier: Apache-2.0
#include "snapshot/tree_digest.h"

#include "util/text.h"

namespace gitsync::snapshot {
namespace {

char letter_of(tree::FileKind kind) {
  switch (kind) {
    case tree::FileKind::kExecutable:
      return 'x';
    case tree::FileKind::kSymlink:
      return 'l';
    case tree::FileKind::kFolder:
      return 'd';
    default:
      return 'f';
  }
}

}  // namespace

void TreeDigest::add(std::string_view path, tree::FileKind kind, std::string_view content_sha256) {
  std::string head(path);
  head += '\0';
  head += letter_of(kind);
  hash_.update(head);
  if (kind != tree::FileKind::kFolder) hash_.update(content_sha256);
  ++files_;
}

std::string TreeDigest::finish() { return util::to_hex(hash_.finish()); }

}  // namespace gitsync::snapshot
