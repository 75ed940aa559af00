// SPDX-License-Identifier: Apache-2.0
#include "snapshot/archives.h"

#include <utility>

namespace gitsync::snapshot {

using util::Result;

Result<PackOptions> Archives::options_of(const Item& item) const {
  GS_TRY(auto folder, manifests_.folder());
  return PackOptions{.folder = std::move(folder), .time = item.time};
}

// Held while it packs: the second target waits for what the first one makes.
Result<std::shared_ptr<const Packed>> Archives::pack(const Item& item, const util::Limit& limit) {
  const util::MutexLock lock(mutex_);
  if (auto there = packed_.lock(); there && packed_tree_ == item.lease.tree()) return there;
  GS_TRY(const auto files, files_of(item));
  GS_TRY(const auto options, options_of(item));
  GS_TRY(auto packed, pack_tree(files, options, limit));
  auto shared = std::make_shared<const Packed>(std::move(packed));
  packed_tree_ = item.lease.tree();
  packed_ = shared;
  return shared;
}

Result<std::optional<Packed>> Archives::pack_step(const Item& item, const tree::Revision& old,
                                                  const util::Limit& limit) const {
  auto manifest = manifests_.open(old);
  if (!manifest) return std::nullopt;
  GS_TRY(const auto files, files_of(item));
  GS_TRY(const auto options, options_of(item));
  return snapshot::pack_step(files, *std::move(manifest), options, limit);
}

}  // namespace gitsync::snapshot
