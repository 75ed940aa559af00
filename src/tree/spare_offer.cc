// SPDX-License-Identifier: Apache-2.0
// A retired tree becomes the spare.
#include <utility>

#include "tree/spare.h"
#include "tree/spare_stripper.h"
#include "util/paths.h"

namespace gitsync::tree {

using util::Result;

Result<bool> Spare::offer(const Published& old, const Published& shown,
                          const util::Limit& limit) const {
  if (!old.revision) return false;
  const Revision& revision = *old.revision;
  // Only what has the place of a tree; not one that was set aside because it is suspect.
  const bool has_place = old.tree == layout_.tree(revision) && old.tree != shown.tree;
  if (!has_place || !open_published(layout_, old, manifests_) ||
      !open_published(layout_, shown, manifests_)) {
    return false;
  }
  GS_TRY_VOID(drop(limit));
  GS_TRY_VOID(move_in(revision));
  if (const auto stripped = strip(revision, shown, limit); !stripped) {
    if (limit.stopped()) return util::fail(stripped.error());  // the next start removes it
    log_.error("cannot keep the old tree as a spare", stripped.error());
    GS_TRY_VOID(drop(limit));
  }
  manifests_.remove(revision.id);
  return true;
}

Result<void> Spare::move_in(const Revision& old) const {
  GS_TRY(const auto root, util::Folder::open(layout_.root));
  GS_TRY(const auto spares, root.make_directories(Layout::kSparesName));
  GS_TRY_VOID(root.rename(Layout::tree_name(old), spares, old.id));
  for (const auto& name : own_names_) {
    const auto own = std::string(Layout::kSparesName) + "/" + old.id + "/" + name;
    GS_TRY([[maybe_unused]] const bool gone, rubbish_.discard(own));
  }
  return {};
}

Result<void> Spare::strip(const Revision& old, const Published& shown,
                          const util::Limit& limit) const {
  GS_TRY(const auto root, util::Folder::open(layout_.root));
  GS_TRY(const auto spares, root.open_beneath(Layout::kSparesName));
  GS_TRY(const auto folder, spares.open_beneath(old.id));
  auto from = open_old_tree(spares, old.id, manifests_, old.id);
  auto to = open_published(layout_, shown, manifests_);
  if (!from || !to) return util::fail(util::ErrorKind::kMoved, "somebody has moved the trees");
  GS_TRY(auto draft, manifests_.draft());
  GS_TRY(auto records, draft.write(old));
  SpareStripper stripper(folder, std::move(*from), std::move(to->manifest), records, limit);
  GS_TRY_VOID(stripper.run());
  GS_TRY_VOID(records.finish());
  return std::move(draft).keep(Manifests::kSpare);
}

}  // namespace gitsync::tree
