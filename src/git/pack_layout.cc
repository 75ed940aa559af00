// SPDX-License-Identifier: Apache-2.0
#include "git/pack_layout.h"

#include <algorithm>

#include "git/corrupt.h"

namespace gitsync::git {

using util::Result;

namespace {

std::array<std::uint32_t, 3> entry_at(std::uint64_t offset, std::uint32_t number) {
  return {static_cast<std::uint32_t>(offset >> 32), static_cast<std::uint32_t>(offset), number};
}

}  // namespace

Result<PackLayout> PackLayout::read(const PackFile& pack, const ObjectSet& objects,
                                    const Visitor& visit) {
  PackLayout layout;
  layout.entries_.reserve(pack.index().count());
  layout.end_ = pack.content().size;
  std::optional<ObjectId> last;
  GS_TRY_VOID(pack.index().for_each([&](const PackIndexEntry& entry) -> Result<void> {
    const auto number = last == entry.id ? std::nullopt : objects.find(entry.id);
    last = entry.id;
    layout.entries_.push_back(entry_at(entry.offset, number.value_or(kNone)));
    if (number && visit) visit(*number, entry);
    return {};
  }));
  std::ranges::sort(layout.entries_);
  for (std::size_t i = 0; i < layout.size(); ++i) {
    if (layout.offset(i) >= layout.end(i)) {
      return corrupt(pack.shown() + ": its index has a bad offset");
    }
  }
  return layout;
}

std::optional<std::size_t> PackLayout::find(std::uint64_t offset) const {
  const auto found = std::ranges::lower_bound(entries_, entry_at(offset, 0));
  const auto i = static_cast<std::size_t>(found - entries_.begin());
  if (i == size() || this->offset(i) != offset) return std::nullopt;
  return i;
}

}  // namespace gitsync::git
