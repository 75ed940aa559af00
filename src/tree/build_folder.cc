// SPDX-License-Identifier: Apache-2.0
#include "tree/build_folder.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <utility>

#include "util/files.h"
#include "util/stale.h"

namespace gitsync::tree {

using util::Result;

BuildFolder::BuildFolder(const Layout& layout, util::Folder trees, util::Folder folder,
                         std::string name, const util::Limit& limit, const log::Logger& logger)
    : trees_(std::move(trees)),
      folder_(std::move(folder)),
      name_(std::move(name)),
      limit_(limit),
      rubbish_(layout, logger),
      log_(logger) {}

BuildFolder::BuildFolder(BuildFolder&& other) noexcept
    : trees_(std::move(other.trees_)),
      folder_(std::move(other.folder_)),
      name_(std::exchange(other.name_, {})),
      limit_(other.limit_),
      rubbish_(other.rubbish_),
      log_(other.log_) {}

Result<BuildFolder> BuildFolder::make(const Layout& layout, const util::Limit& limit,
                                      const log::Logger& logger) {
  GS_TRY(const auto root, util::Folder::open(layout.root));
  GS_TRY(auto trees, root.make_directories(Layout::kTreesName));
  std::string name = Layout::kBuildPrefix + util::random_suffix();
  if (util::despite_stale([&] { return ::mkdirat(trees.fd(), name.c_str(), 0777); }) != 0) {
    return util::fail(util::sys_error("create directory " + trees.path_of(name)));
  }
  GS_TRY(auto folder, trees.open_beneath(name));
  return BuildFolder(layout, std::move(trees), std::move(folder), std::move(name), limit, logger);
}

BuildFolder::~BuildFolder() {
  if (name_.empty() || limit_.stopped()) return;
  for (const auto& name : {name_, spare_name()}) {
    if (const auto removed = discard(name); !removed) {
      log_.error("cannot remove an unfinished tree", removed.error());
    }
  }
}

Result<void> BuildFolder::discard(const std::string& name) const {
  GS_TRY([[maybe_unused]] const bool gone,
         rubbish_.discard(std::string(Layout::kTreesName) + "/" + name));
  return {};
}

Result<Way> BuildFolder::way() const { return Way::into(folder_); }

Result<timespec> BuildFolder::now() const {
  struct stat info{};
  if (util::despite_stale([&] {
        return ::utimensat(trees_.fd(), name_.c_str(), nullptr, AT_SYMLINK_NOFOLLOW);
      }) == 0 &&
      util::despite_stale(
          [&] { return ::fstatat(trees_.fd(), name_.c_str(), &info, AT_SYMLINK_NOFOLLOW); }) == 0) {
    return info.st_mtim;
  }
  return util::fail(util::sys_error("touch " + path()));
}

// The name may be taken: by what a killed run has left, or by the bridge of set_aside(), through
// which readers still go. Where the two can swap names there is no gap.
Result<void> BuildFolder::become(const std::string& name) && {
  const auto exchanged = trees_.rename(name_, trees_, name, util::OnTarget::kExchange);
  if (exchanged) {
    if (const auto gone = discard(name_); !gone) {
      log_.error("cannot remove what had the name of a new tree", gone.error());
    }
  } else {
    GS_TRY_VOID(discard(name));
    GS_TRY_VOID(trees_.rename(name_, trees_, name));
  }
  name_.clear();
  return {};
}

}  // namespace gitsync::tree
