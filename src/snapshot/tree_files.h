// SPDX-License-Identifier: Apache-2.0
// The files of a published tree, for who makes an archive of it: what the source has put there, by
// the manifest of the tree. Without one (trees that the git executable has built) it is all that is
// there but ".git".

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "tree/file_stat.h"
#include "tree/layout.h"
#include "tree/publisher.h"
#include "tree/tree_contents.h"
#include "util/error.h"
#include "util/event.h"
#include "util/folder.h"

namespace gitsync::snapshot {

struct TreeFile {
  std::string path;
  tree::FileEntry entry;               // its content_id is empty without a manifest
  std::optional<tree::FileStat> stat;  // when it was made; nothing without a manifest
};

// Thread-safety: none.
class TreeFiles {
 public:
  // `shown`: with a revision. kMoved if the tree is gone.
  static util::Result<TreeFiles> open(const tree::Layout& layout, const tree::Published& shown);

  bool has_manifest() const { return has_manifest_; }

  // In the order of their paths' bytes; folders only if they are empty. Errors: those of `visit`.
  util::Result<void> for_each(const std::function<util::Result<void>(const TreeFile&)>& visit,
                              const util::Limit& limit) const;

  // Streams the content of a file or the target of a symlink. `head` is told its size first.
  // Errors: kCorrupt, with the path, for a file that somebody has changed since it was made.
  using Head = std::function<util::Result<void>(std::uint64_t size)>;
  using Body = std::function<util::Result<void>(std::string_view bytes)>;
  util::Result<void> read(const TreeFile& file, const Head& head, const Body& body,
                          const util::Limit& limit) const;

 private:
  TreeFiles(tree::Layout layout, tree::Published shown, util::Folder folder);
  util::Result<void> for_each_recorded(
      const std::function<util::Result<void>(const TreeFile&)>& visit,
      const util::Limit& limit) const;
  util::Result<void> walk(const std::string& folder,
                          const std::function<util::Result<void>(const TreeFile&)>& visit,
                          const util::Limit& limit) const;

  tree::Layout layout_;
  tree::Published shown_;
  util::Folder folder_;
  bool has_manifest_ = false;
};

}  // namespace gitsync::snapshot
