// SPDX-License-Identifier: Apache-2.0
#include "tree/untouched.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "tree/file_stat.h"
#include "tree/manifests.h"
#include "util/fd.h"
#include "util/stale.h"

namespace gitsync::tree {

using util::Result;

Result<bool> is_untouched(const Layout& layout, const Published& shown,
                          const std::function<void(const Record&)>& visit,
                          const util::Limit& limit) {
  const util::Fd top(util::despite_stale(
      [&] { return ::open(shown.tree.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC); }));
  struct stat info{};
  if (!shown.revision || top.get() < 0 || ::fstat(top.get(), &info) != 0) return false;
  auto manifest = Manifests(layout).open(shown.revision->id, info.st_ino);
  if (!manifest || manifest->revision() != *shown.revision) return false;
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

}  // namespace gitsync::tree
