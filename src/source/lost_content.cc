// SPDX-License-Identifier: Apache-2.0
#include "source/lost_content.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <string>

#include "git/index_reader.h"
#include "git/object_hasher.h"
#include "source/file_content.h"
#include "source/worktree_pointers.h"
#include "util/folder.h"
#include "util/paths.h"

namespace gitsync::source {

using util::Result;

namespace {

// Whether the entry's file is as it says.
bool look_at(const git::IndexEntry& entry, const util::Folder& tree, git::ObjectHasher& hasher) {
  if (entry.mode == git::kIndexGitlink || entry.skip_worktree) return true;
  const auto kind = entry.mode == git::kIndexSymlink ? ContentOf::kSymlink : ContentOf::kFile;
  const auto id =
      git::ObjectId::from_bytes({reinterpret_cast<const char*>(entry.id.data()), entry.id.size()});
  if (has_content(tree, entry.path, kind, id, hasher)) return true;
  const auto place = tree.place_of(entry.path);
  if (!place) return false;
  [[maybe_unused]] const int touched =
      ::utimensat(place->fd, place->name.c_str(), nullptr, AT_SYMLINK_NOFOLLOW);
  return false;
}

}  // namespace

Result<std::size_t> expose_lost_content(const tree::Layout& layout, const tree::Published& shown,
                                        const util::Limit& limit) {
  GS_TRY(const auto root, util::Folder::open(layout.root));
  GS_TRY(const auto tree, root.open_beneath(util::relative_path(layout.root, shown.tree)));
  GS_TRY(auto hasher, git::ObjectHasher::create());
  // NOLINTNEXTLINE(bugprone-unchecked-optional-access): a tree without one is not asked about
  const std::string index = layout.root + "/" + worktree_metadata(*shown.revision) + "/index";
  const util::Fd file(::open(index.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file) return util::fail(util::sys_error("open " + index));
  std::size_t lost = 0;
  const auto look = [&](const git::IndexEntry& entry) -> Result<void> {
    if (!look_at(entry, tree, hasher)) ++lost;
    return limit.check();
  };
  GS_TRY([[maybe_unused]] const auto info, git::read_index(file.get(), index, look));
  return lost;
}

}  // namespace gitsync::source
