// SPDX-License-Identifier: Apache-2.0
#include "tree/set_aside.h"

#include <filesystem>
#include <optional>
#include <utility>

#include "tree/tree_copy.h"
#include "util/files.h"
#include "util/folder.h"
#include "util/paths.h"
#include "util/remove_tree.h"

namespace gitsync::tree {
namespace {

using util::Result;
namespace fs = std::filesystem;

// A path to an entry of the folder, whatever becomes of the folder's own path.
std::string fixed_path(const util::Folder& folder, const std::string& name) {
  return "/proc/self/fd/" + std::to_string(folder.fd()) + "/" + name;
}

// Where rename cannot exchange (NFS): a second tree of hard links, or of copies.
Result<void> duplicate(const util::Folder& trees, const util::Folder& suspect,
                       const std::string& name) {
  const std::string from = fixed_path(trees, name);
  const std::string to = fixed_path(suspect, name);
  std::error_code error;
  constexpr auto kBase = fs::copy_options::recursive | fs::copy_options::copy_symlinks;
  fs::copy(from, to, kBase | fs::copy_options::create_hard_links, error);
  if (!error) return {};
  GS_TRY_VOID(util::remove_tree(suspect, name));
  auto copied = copy_tree(from, to);
  if (copied) return {};
  return util::fail(std::move(copied).error().with_context("copy " + trees.path_of(name) + " to " +
                                                           suspect.path_of(name)));
}

// Where a run that was killed in set_aside() has already moved the tree: its bridge is left.
std::optional<std::string> already_aside(const Layout& layout, const Revision& revision) {
  const auto bridge = util::read_link(layout.tree(revision)).value_or(std::nullopt).value_or("");
  std::string aside = util::absolute_path(layout.trees(), bridge);
  const bool ours = aside.starts_with(layout.trees() + "/" + Layout::kSuspectPrefix) &&
                    util::base_name(aside) == revision.id && util::is_real_directory(aside);
  if (!ours) return std::nullopt;
  return aside;
}

}  // namespace

Result<void> set_aside(const Layout& layout, const Revision& revision, Publisher& publisher) {
  const std::string tree = layout.tree(revision);
  if (const auto aside = already_aside(layout, revision)) return publisher.flip(*aside);
  // Any other symlink leads to nothing of ours; what takes its place replaces it.
  if (!util::is_real_directory(tree)) return {};
  GS_TRY(const auto root, util::Folder::open(layout.root));
  GS_TRY(const auto trees, root.open_beneath(Layout::kTreesName));
  const std::string folder = Layout::kSuspectPrefix + util::random_suffix();
  GS_TRY(const auto suspect, trees.make_directories(folder));
  // In one step the tree moves aside and a link to its new place takes its name, so that a path
  // through the old name never fails. In the new place the link's text means nothing yet.
  GS_TRY_VOID(suspect.make_symlink(folder + "/" + revision.id, revision.id));
  const auto exchanged = trees.rename(revision.id, suspect, revision.id, util::OnTarget::kExchange);
  const std::string aside = layout.trees() + "/" + folder + "/" + revision.id;
  if (!exchanged) {
    GS_TRY_VOID(suspect.remove_file(revision.id));
    GS_TRY_VOID(duplicate(trees, suspect, revision.id));
  }
  return publisher.flip(aside);
}

}  // namespace gitsync::tree
