// SPDX-License-Identifier: Apache-2.0
#include "source/worktree_pointers.h"

#include <fcntl.h>

#include <array>
#include <utility>

#include "git/index_reader.h"
#include "util/fd.h"
#include "util/stale.h"

namespace gitsync::source {

using util::Result;

namespace {

std::string git_file(const tree::Revision& revision) {
  return "gitdir: ../../" + worktree_metadata(revision) + "\n";
}

// Name and content of the files that git keeps.
std::array<std::pair<const char*, std::string>, 3> pointers(const tree::Layout& layout,
                                                            const tree::Revision& revision) {
  return {{{"commondir", "../..\n"},
           {"gitdir", layout.tree(revision) + "/" + kGitFile + "\n"},
           {"HEAD", revision.id + "\n"}}};
}

bool are_as_written(const tree::Layout& layout, const tree::Revision& revision,
                    const util::Folder& metadata, const util::Folder& tree) {
  for (const auto& [name, content] : pointers(layout, revision)) {
    if (metadata.read_file(name).value_or("") != content) return false;
  }
  return tree.read_file(kGitFile).value_or("") == git_file(revision);
}

}  // namespace

std::string worktree_metadata(const tree::Revision& revision) {
  return std::string(tree::Layout::kStoreName) + "/worktrees/" + revision.id;
}

Result<void> write_worktree_pointers(const tree::Layout& layout, const tree::Revision& revision,
                                     const util::Folder& metadata, const util::Folder& tree) {
  for (const auto& [name, content] : pointers(layout, revision)) {
    GS_TRY_VOID(metadata.write_file_atomic(name, "new.", content, 0644));
  }
  return tree.write_file_atomic(kGitFile, ".git.new.", git_file(revision), 0644);
}

bool has_readable_index(const tree::Layout& layout, const tree::Revision& revision) {
  const std::string path = layout.root + "/" + worktree_metadata(revision) + "/index";
  const util::Fd file(util::despite_stale(
      [&] { return ::open(path.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC); }));
  const auto skip = [](const git::IndexEntry& /*entry*/) { return Result<void>{}; };
  return file && git::read_index(file.get(), path, skip);
}

Result<void> mend_worktree_pointers(const tree::Layout& layout, const tree::Revision& revision) {
  GS_TRY(const auto root, util::Folder::open(layout.root));
  GS_TRY(const auto tree, root.open_beneath(tree::Layout::tree_name(revision)));
  GS_TRY(const auto metadata, root.make_directories(worktree_metadata(revision)));
  if (!has_readable_index(layout, revision)) GS_TRY_VOID(metadata.remove_file("index"));
  if (are_as_written(layout, revision, metadata, tree)) return {};
  return write_worktree_pointers(layout, revision, metadata, tree);
}

}  // namespace gitsync::source
