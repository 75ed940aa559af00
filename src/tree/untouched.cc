// SPDX-License-Identifier: Apache-2.0
#include "tree/untouched.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "tree/entry_path.h"
#include "tree/file_stat.h"
#include "tree/manifests.h"
#include "util/fd.h"
#include "util/folder.h"
#include "util/paths.h"
#include "util/stale.h"

namespace gitsync::tree {

using util::Result;

namespace {

std::optional<ManifestReader> manifest_of(const Layout& layout, const Published& shown, ino_t top) {
  if (!shown.revision) return std::nullopt;
  auto manifest = Manifests(layout).open(shown.revision->id, top);
  if (manifest && manifest->revision() != *shown.revision) return std::nullopt;
  return manifest;
}

// Whether `folder` has more than `known` entries, `own_names` not counted.
Result<bool> has_more_than(std::size_t known, const util::Folder& folder,
                           std::span<const std::string> own_names) {
  bool has_more = false;
  GS_TRY_VOID(folder.for_each_entry([&](std::string_view name) {
    if (std::ranges::find(own_names, name) != own_names.end()) return util::Walk::kGoOn;
    has_more = known == 0;
    if (!has_more) --known;
    return has_more ? util::Walk::kStop : util::Walk::kGoOn;
  }));
  return has_more;
}

}  // namespace

Result<bool> is_untouched(const Layout& layout, const Published& shown,
                          const std::function<void(const Record&)>& visit,
                          const util::Limit& limit) {
  const util::Fd top(util::despite_stale(
      [&] { return ::open(shown.tree.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC); }));
  struct stat info{};
  if (top.get() < 0 || ::fstat(top.get(), &info) != 0) return false;
  auto manifest = manifest_of(layout, shown, info.st_ino);
  if (!manifest) return false;
  while (const Record* const record = manifest->peek()) {
    GS_TRY_VOID(limit.check());
    // The top is the last one, and was opened above.
    if (!record->is_directory) {
      if (util::despite_stale([&] {
            return ::fstatat(top.get(), record->path.c_str(), &info, AT_SYMLINK_NOFOLLOW);
          }) != 0)
        return false;
      if (!is_same_file(FileStat::of(info), record->stat)) return false;
      visit(*record);
    }
    if (!manifest->next()) return false;
  }
  return true;
}

Result<bool> has_nothing_else(const Layout& layout, const Published& shown,
                              std::span<const std::string> own_names, const util::Limit& limit) {
  GS_TRY(const auto root, util::Folder::open(layout.root));
  const auto top = root.open_beneath(util::relative_path(layout.root, shown.tree));
  if (!top) return false;
  auto manifest = manifest_of(layout, shown, top->id().inode);
  if (!manifest) return false;
  // Entries of the folders whose record is to come.
  std::unordered_map<std::string, std::size_t> known;
  while (const Record* const record = manifest->peek()) {
    GS_TRY_VOID(limit.check());
    const bool is_top = record->path.empty();
    if (record->is_directory) {
      const auto entries = known.extract(record->path);
      const auto folder = top->open_beneath(record->path);
      if (!folder) return false;
      const auto has_more = has_more_than(entries ? entries.mapped() : 0, *folder,
                                          is_top ? own_names : std::span<const std::string>());
      if (has_more.value_or(true)) return false;
    }
    if (!is_top) ++known[std::string(folder_of(record->path))];
    if (!manifest->next()) return false;
  }
  return true;
}

}  // namespace gitsync::tree
