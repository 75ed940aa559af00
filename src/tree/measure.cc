// SPDX-License-Identifier: Apache-2.0
#include "tree/measure.h"

#include <filesystem>
#include <optional>

#include "tree/manifests.h"
#include "tree/old_tree.h"
#include "util/paths.h"

namespace gitsync::tree {
namespace {

std::optional<TreeSize> measure_by_manifest(const std::string& tree) {
  const Layout layout{util::dir_name(util::dir_name(tree))};
  const Published published{.tree = tree, .revision = Revision::parse(util::base_name(tree))};
  if (!published.revision || tree != layout.tree(*published.revision)) return std::nullopt;
  auto opened = open_published(layout, published, Manifests(layout));
  if (!opened) return std::nullopt;
  TreeSize size;
  while (const Record* record = opened->manifest.peek()) {
    const bool is_folder = record->is_directory || record->entry.kind == FileKind::kFolder;
    if (!is_folder) ++size.files;
    const bool has_bytes = !is_folder && record->entry.kind != FileKind::kSymlink;
    if (has_bytes) size.bytes += static_cast<std::int64_t>(record->stat.size);
    if (!opened->manifest.next()) return std::nullopt;
  }
  return size;
}

TreeSize measure_by_looking(const std::string& tree) {
  namespace fs = std::filesystem;
  TreeSize size;
  std::error_code error;
  fs::recursive_directory_iterator it(tree, fs::directory_options::skip_permission_denied, error);
  for (; !error && it != fs::recursive_directory_iterator(); it.increment(error)) {
    if (it->path().filename() == ".git") {
      it.disable_recursion_pending();
      continue;
    }
    const auto status = it->symlink_status(error);
    if (error || fs::is_directory(status)) continue;
    ++size.files;
    if (fs::is_regular_file(status)) size.bytes += static_cast<std::int64_t>(it->file_size(error));
  }
  return size;
}

}  // namespace

TreeSize measure(const std::string& tree) {
  const auto known = measure_by_manifest(tree);
  return known ? *known : measure_by_looking(tree);
}

}  // namespace gitsync::tree
