// SPDX-License-Identifier: Apache-2.0
// Where the spare is; spare_offer.cc and spare_prepare.cc have how it comes to be.
#include "tree/spare.h"

#include <utility>

#include "util/files.h"

namespace gitsync::tree {

using util::Result;

Spare::Spare(Layout layout, std::vector<std::string> own_names, log::Logger logger)
    : layout_(std::move(layout)),
      own_names_(std::move(own_names)),
      log_(std::move(logger)),
      rubbish_(layout_, log_),
      manifests_(layout_) {}

std::optional<OldTree> Spare::open() const {
  const auto root = util::Folder::open(layout_.root);
  if (!root) return std::nullopt;
  const auto spares = root->open_beneath(Layout::kSparesName);
  const auto revision = manifests_.revision_of(Manifests::kSpare);
  if (!spares || !revision) return std::nullopt;
  return open_old_tree(*spares, revision->id, manifests_, Manifests::kSpare);
}

std::optional<OldTree> Spare::take(const BuildFolder& build) const {
  auto spare = open();
  if (!spare) return std::nullopt;
  // From here on it is not whole any more.
  manifests_.remove(Manifests::kSpare);
  const auto root = util::Folder::open(layout_.root);
  if (!root) return std::nullopt;
  const std::string name = std::string(Layout::kSparesName) + "/" + spare->manifest.revision().id;
  if (const auto moved = root->rename(name, build.trees(), build.spare_name()); !moved) {
    log_.error("cannot use the spare tree", moved.error());
    return std::nullopt;
  }
  return spare;
}

Result<void> Spare::drop(const util::Limit& limit) const {
  manifests_.remove(Manifests::kSpare);
  GS_TRY([[maybe_unused]] const bool gone, rubbish_.discard(Layout::kSparesName, limit));
  return {};
}

Result<void> Spare::recover(const util::Limit& limit) const {
  const auto root = util::Folder::open(layout_.root);
  if (!root || !root->exists(Layout::kSparesName)) return {};
  const auto spare = open();
  if (!spare) return drop(limit);
  GS_TRY(const auto names, root->list(Layout::kSparesName));
  for (const auto& name : names) {
    if (name == spare->manifest.revision().id) continue;
    GS_TRY([[maybe_unused]] const bool gone,
           rubbish_.discard(std::string(Layout::kSparesName) + "/" + name, limit));
  }
  return {};
}

}  // namespace gitsync::tree
