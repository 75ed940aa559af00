// SPDX-License-Identifier: Apache-2.0
#include "tree/publisher.h"

#include "util/files.h"
#include "util/look_anew.h"
#include "util/paths.h"
#include "util/safe_way.h"

namespace gitsync::tree {
namespace {

using util::Result;

constexpr std::string_view kTemporary = "tmp-link.";

}  // namespace

Publisher::Publisher(Layout layout, std::string link, log::Logger logger)
    : layout_(std::move(layout)), link_(std::move(link)), log_(std::move(logger)) {}

// What is no failure of the system says itself what is wrong.
void Publisher::blame_place(util::Error& error) const {
  if (error.sys_errno == 0 || error.cause != util::Cause::kUnknown) return;
  error.cause = util::Cause::kLinkPlace;
  error.subject = link_;
}

Result<std::optional<Published>> Publisher::current() const {
  auto found = find();
  if (!found) blame_place(found.error());
  return found;
}

Result<std::optional<Published>> Publisher::find() const {
  util::look_anew(util::dir_name(link_));  // another machine may have published since
  GS_TRY(const auto target, util::read_link(link_));
  if (!target) return std::nullopt;
  // The real parent, because ".." in the target is taken from there.
  GS_TRY(const auto parent, util::real_path(util::dir_name(link_)));
  Published published{.tree = util::absolute_path(parent, *target)};
  published.revision = Revision::parse(util::base_name(published.tree));
  return published;
}

Result<void> Publisher::flip(const std::string& tree) {
  auto shown = point(tree);
  if (!shown) blame_place(shown.error());
  return shown;
}

Result<void> Publisher::point(const std::string& tree) {
  // Held by descriptor: nobody can lead the new link elsewhere.
  GS_TRY(const auto folder, util::open_folder_safely(util::dir_name(link_), {.root = layout_.root},
                                                     util::Missing::kMakeAll));
  if (!swept_) sweep(folder);
  GS_TRY(const auto parent, util::real_path(folder.path()));
  const std::string target = util::relative_path(parent, tree);
  // A unique name: what a killed process left behind is in nobody's way.
  const std::string temporary = temporary_prefix() + util::random_suffix();
  log_.info(2, "pointing symlink at worktree", {{"link", link_}, {"target", target}});
  GS_TRY_VOID(folder.make_symlink(target, temporary));
  if (auto shown = folder.rename(temporary, folder, util::base_name(link_)); !shown) {
    [[maybe_unused]] const auto removed = folder.remove_file(temporary);
    return util::fail(std::move(shown).error().with_context("publish " + link_));
  }
  if (const auto synced = folder.sync(); !synced) {
    log_.error("published, but a power cut may undo it", synced.error());
  }
  return {};
}

// With the link's name in it: another git-sync may publish into the same folder right now.
std::string Publisher::temporary_prefix() const {
  return std::string(kTemporary) + std::string(util::base_name(link_)) + ".";
}

void Publisher::sweep(const util::Folder& folder) {
  swept_ = true;
  [[maybe_unused]] const auto listed = folder.for_each_entry([&](std::string_view name) {
    if (!name.starts_with(temporary_prefix()) && name != "tmp-link") return util::Walk::kGoOn;
    // Only a symlink to a tree can be a left-over link of ours, or of the reference.
    const std::string target = folder.read_link(name).value_or(std::nullopt).value_or("");
    if (Revision::parse(util::base_name(target)) && folder.remove_file(name)) {
      log_.info(1, "removed a left-over link", {{"path", folder.path_of(name)}});
    }
    return util::Walk::kGoOn;
  });
}

}  // namespace gitsync::tree
