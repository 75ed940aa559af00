// SPDX-License-Identifier: Apache-2.0
// A spare of hard links, for the first update after a start.
#include <utility>

#include "tree/spare.h"
#include "tree/spare_filler.h"

namespace gitsync::tree {

using util::Result;

Result<void> Spare::prepare(const Published& shown, const util::Limit& limit) const {
  if (open()) return {};
  GS_TRY_VOID(drop(limit));
  auto filled = fill(shown, limit);
  // The next start removes it if there is no time.
  if (!filled && !limit.stopped()) GS_TRY_VOID(drop({}));
  return filled;
}

// Until the manifest has its name, what is there is no spare.
Result<void> Spare::fill(const Published& shown, const util::Limit& limit) const {
  auto tree = open_published(layout_, shown, manifests_);
  if (!tree || !shown.revision) return {};
  const std::string name = std::string(Layout::kSparesName) + "/" + shown.revision->id;
  GS_TRY(const auto root, util::Folder::open(layout_.root));
  GS_TRY(const auto folder, root.make_directories(name, 0777));
  GS_TRY(auto target, Way::into(folder));
  GS_TRY(auto draft, manifests_.draft());
  GS_TRY(auto records, draft.write(*shown.revision));
  SpareFiller filler(std::move(target), std::move(*tree), records, limit);
  GS_TRY_VOID(filler.run());
  GS_TRY_VOID(records.finish());
  return std::move(draft).keep(Manifests::kSpare);
}

}  // namespace gitsync::tree
