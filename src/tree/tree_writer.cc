// SPDX-License-Identifier: Apache-2.0
#include "tree/tree_writer.h"

#include <utility>

#include "tree/rubbish.h"
#include "tree/untouched.h"
#include "util/folder.h"
#include "util/paths.h"
#include "util/remove_tree.h"

namespace gitsync::tree {

using util::Result;

TreeWriter::TreeWriter(TreeWriterOptions options, log::Logger logger)
    : options_(std::move(options)),
      log_(std::move(logger)),
      manifests_(options_.layout),
      spare_(options_.layout, options_.own_names, log_) {}

Result<Built> TreeWriter::build(const Revision& wanted, const Published* base,
                                TreeContents& contents, const util::Limit& limit) const {
  Attempt attempt{.base = base, .with_spare = options_.sharing == Sharing::kHardLinks};
  while (true) {
    const Attempt before = attempt;
    auto built = build_once(wanted, attempt, contents, limit);
    const bool has_less = attempt.base != before.base || attempt.with_spare != before.with_spare;
    if (built || !has_less) return built;
    log_.info(1, "an old tree is of no use for the new one: building without it",
              {{"revision", wanted.id}, {"reason", built.error().message}});
  }
}

// On failure takes out of `attempt` what was to blame.
Result<Built> TreeWriter::build_once(const Revision& wanted, Attempt& attempt,
                                     TreeContents& contents, const util::Limit& limit) const {
  GS_TRY(auto folder, BuildFolder::make(options_.layout, limit, log_));
  return build_in(std::move(folder), nullptr, wanted, attempt, contents, limit);
}

Result<TreeWriter::Begun> TreeWriter::begin(const util::Limit& limit) const {
  GS_TRY(auto folder, BuildFolder::make(options_.layout, limit, log_));
  GS_TRY(auto tree, folder.trees().open_beneath(util::base_name(folder.path())));
  // In the place of a spare, which only a tree with a base uses.
  GS_TRY(auto waiting, folder.trees().make_directories(folder.spare_name(), 0700));
  auto files = std::make_unique<EarlyFiles>(std::move(tree), std::move(waiting),
                                            options_.layout.calls_at_once(), limit);
  return Begun{std::move(folder), std::move(files)};
}

Result<void> TreeWriter::list(Begun& begun, TreeContents& contents,
                              const util::Limit& limit) const {
  GS_TRY_VOID(begun.files->list(contents, options_.own_names, limit));
  // Nothing waits any more.
  return util::remove_tree(begun.folder.trees(), begun.folder.spare_name());
}

Result<Built> TreeWriter::build(const Revision& wanted, Begun begun, TreeContents& contents,
                                const util::Limit& limit) const {
  GS_TRY_VOID(begun.files->finish());
  Attempt attempt{.base = nullptr, .with_spare = false};
  return build_in(std::move(begun.folder), begun.files.get(), wanted, attempt, contents, limit);
}

Result<Built> TreeWriter::build_in(BuildFolder folder, EarlyFiles* early, const Revision& wanted,
                                   Attempt& attempt, TreeContents& contents,
                                   const util::Limit& limit) const {
  GS_TRY(auto manifest, manifests_.draft());
  GS_TRY(auto records, manifest.write(wanted));
  GS_TRY(auto target, folder.way());
  auto base = attempt.base != nullptr ? open_published(options_.layout, *attempt.base, manifests_)
                                      : std::nullopt;
  auto spare = base && attempt.with_spare ? spare_.take(folder) : std::nullopt;
  const Custom custom = Custom::of(target.stat());
  const Revision* from = base && attempt.base->revision ? &*attempt.base->revision : nullptr;
  WritePool pool(options_.layout.calls_at_once(), limit);
  TreeBuilder builder({.target = std::move(target),
                       .base = std::move(base),
                       .spare = std::move(spare),
                       .from = from,
                       .own_names = options_.own_names,
                       .maker = FileMaker(options_.sharing, custom, limit),
                       .early = early,
                       .manifest = records,
                       .pool = pool,
                       .contents = contents,
                       .limit = limit});
  auto done = builder.run();
  if (!done) {
    if (builder.blame() != TreeBuilder::Blame::kNone) attempt.with_spare = false;
    if (builder.blame() == TreeBuilder::Blame::kBase) attempt.base = nullptr;
    return util::fail(std::move(done).error().with_context("build tree " + wanted.id));
  }
  GS_TRY_VOID(records.finish());
  GS_TRY(const auto now, folder.now());
  return Built(options_.layout, wanted, std::move(folder), std::move(manifest), builder.counts(),
               now, log_);
}

Result<bool> TreeWriter::offer_spare(const Published& old, const Published& shown,
                                     const util::Limit& limit) const {
  if (options_.sharing == Sharing::kNone) return false;
  return spare_.offer(old, shown, limit);
}

Result<void> TreeWriter::prepare_spare(const Published& shown, const util::Limit& limit) const {
  if (options_.sharing == Sharing::kNone) return {};
  return spare_.prepare(shown, limit);
}

Result<void> TreeWriter::drop_spare(const util::Limit& limit) const { return spare_.drop(limit); }

Result<bool> TreeWriter::has_nothing_else(const Published& tree, const util::Limit& limit) const {
  return tree::has_nothing_else(options_.layout, tree, options_.own_names, limit);
}

Result<void> TreeWriter::adopt(const Published& tree, TreeContents& contents,
                               const IsVerified& is_verified, const util::Limit& limit) const {
  const std::string& root = options_.layout.root;
  if (!tree.revision || !util::is_within(root, tree.tree)) {
    return util::fail(util::ErrorKind::kInvalid, tree.tree + " is no tree of ours");
  }
  GS_TRY(const auto opened, util::Folder::open(root));
  GS_TRY(const auto folder, opened.open_beneath(util::relative_path(root, tree.tree)));
  GS_TRY(auto way, Way::into(folder));
  GS_TRY(auto manifest, manifests_.draft());
  GS_TRY(auto records, manifest.write(*tree.revision));
  GS_TRY_VOID(TreeAdopter(std::move(way), is_verified, records).run(contents, limit));
  GS_TRY_VOID(records.finish());
  return std::move(manifest).keep(tree.revision->id);
}

Result<void> TreeWriter::tidy(const util::Limit& limit) const {
  GS_TRY(const auto root, util::Folder::open(options_.layout.root));
  // Never through a symlink.
  const auto trees = root.open_beneath(Layout::kTreesName);
  if (!trees) return {};
  Result<void> removed;
  const Rubbish rubbish(options_.layout, log_);
  GS_TRY_VOID(trees->for_each_entry([&](std::string_view name) {
    if (!name.starts_with(Layout::kBuildPrefix)) return util::Walk::kGoOn;
    const auto gone =
        rubbish.discard(std::string(Layout::kTreesName) + "/" + std::string(name), limit);
    if (!gone && removed) removed = util::fail(gone.error());
    return limit.check() ? util::Walk::kGoOn : util::Walk::kStop;
  }));
  manifests_.sweep(
      [&](std::string_view name) { return name == Manifests::kSpare || trees->exists(name); });
  return removed;
}

Result<void> TreeWriter::recover(const util::Limit& limit) const {
  GS_TRY_VOID(tidy(limit));
  // Another process on this root may have been told not to share.
  return options_.sharing == Sharing::kNone ? spare_.drop(limit) : spare_.recover(limit);
}

}  // namespace gitsync::tree
