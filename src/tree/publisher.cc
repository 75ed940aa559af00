// SPDX-License-Identifier: Apache-2.0
#include "tree/publisher.h"

#include <unistd.h>

#include <cstdio>

#include "util/files.h"
#include "util/paths.h"

namespace gitsync::tree {
namespace {

constexpr std::string_view kTemporary = "tmp-link.";

}  // namespace

using util::Result;

Publisher::Publisher(std::string link, log::Logger logger)
    : link_(std::move(link)), log_(std::move(logger)) {}

Result<std::optional<Published>> Publisher::current() const {
  GS_TRY(const auto target, util::read_link(link_));
  if (!target) return std::nullopt;
  // The real parent, because ".." in the target is taken from there.
  GS_TRY(const auto parent, util::real_path(util::dir_name(link_)));
  Published published{.tree = util::absolute_path(parent, *target)};
  published.revision = Revision::parse(util::base_name(published.tree));
  return published;
}

Result<void> Publisher::flip(const std::string& tree) {
  GS_TRY_VOID(util::make_directories(util::dir_name(link_)));
  GS_TRY(const auto parent, util::real_path(util::dir_name(link_)));
  if (!swept_) sweep(parent);
  const std::string target = util::relative_path(parent, tree);
  const std::string final = parent + "/" + std::string(util::base_name(link_));
  // A unique name: what a killed process left behind is in nobody's way.
  const std::string temporary = parent + "/" + temporary_prefix() + util::random_suffix();
  log_.info(2, "pointing symlink at worktree", {{"link", link_}, {"target", target}});
  if (::symlink(target.c_str(), temporary.c_str()) != 0) {
    return util::fail(util::sys_error("create symlink " + temporary));
  }
  if (std::rename(temporary.c_str(), final.c_str()) != 0) {
    auto error = util::sys_error("publish " + link_);
    ::unlink(temporary.c_str());
    return util::fail(std::move(error));
  }
  if (const auto synced = util::sync_directory(parent); !synced) {
    log_.error("published, but a power cut may undo it", synced.error());
  }
  return {};
}

// With the link's name in it: another git-sync may publish into the same folder right now.
std::string Publisher::temporary_prefix() const {
  return std::string(kTemporary) + std::string(util::base_name(link_)) + ".";
}

void Publisher::sweep(const std::string& directory) {
  swept_ = true;
  const auto names = util::list_directory(directory);
  if (!names) return;
  for (const auto& name : *names) {
    if (!name.starts_with(temporary_prefix()) && name != "tmp-link") continue;
    const std::string path = util::absolute_path(directory, name);
    // Only a symlink to a tree can be a left-over link of ours, or of the reference.
    const std::string target = util::read_link(path).value_or(std::nullopt).value_or("");
    if (!Revision::parse(util::base_name(target))) continue;
    if (::unlink(path.c_str()) == 0) log_.info(1, "removed a left-over link", {{"path", path}});
  }
}

}  // namespace gitsync::tree
