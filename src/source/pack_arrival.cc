// SPDX-License-Identifier: Apache-2.0
#include "source/pack_arrival.h"

#include <utility>
#include <vector>

#include "util/files.h"
#include "util/paths.h"

namespace gitsync::source {

using util::Result;

namespace {

constexpr std::string_view kPrefix = "incoming.";
// Ours, as opposed to a user's.
constexpr std::string_view kKeepText = "git-sync\n";
constexpr std::string_view kUnfinishedKeep = "keep.new.";

const std::string kPacks = std::string(tree::Layout::kStoreName) + "/objects/pack";

// Those of a process that was killed between two steps.
void sweep_keeps(const util::Folder& packs) {
  const auto names = packs.list();
  if (!names) return;
  for (const auto& name : *names) {
    const bool is_ours =
        name.starts_with(kUnfinishedKeep) ||
        (name.ends_with(".keep") && packs.read_file(name).value_or("") == kKeepText);
    if (!is_ours) continue;
    [[maybe_unused]] const auto removed = packs.remove_file(name);
  }
}

}  // namespace

PackHold::PackHold(PackHold&& other) noexcept
    : packs_(std::exchange(other.packs_, std::nullopt)), name_(std::move(other.name_)) {}

PackHold& PackHold::operator=(PackHold&& other) noexcept {
  if (this == &other) return *this;
  let_go();
  packs_ = std::exchange(other.packs_, std::nullopt);
  name_ = std::move(other.name_);
  return *this;
}

// One that stays is swept by the next fetch.
void PackHold::let_go() noexcept {
  if (!packs_) return;
  [[maybe_unused]] const auto removed = packs_->remove_file(name_);
  packs_.reset();
}

Result<PackArrival> PackArrival::prepare(const tree::Layout& layout) {
  GS_TRY(auto root, util::Folder::open(layout.root));
  GS_TRY(const auto own, root.make_directories(tree::Layout::kOwnName));
  GS_TRY(const auto names, own.list());
  for (const auto& name : names) {
    if (name.starts_with(kPrefix)) GS_TRY_VOID(own.remove_file(name));
  }
  GS_TRY(const auto packs, root.make_directories(kPacks));
  sweep_keeps(packs);
  const std::string path = own.path_of(std::string(kPrefix) + util::random_suffix());
  return PackArrival(std::move(root), {.pack = path + ".pack", .index = path + ".idx"});
}

Result<PackHold> PackArrival::install(const git::PackSummary& pack) const {
  GS_TRY(const auto own, root_.open_beneath(tree::Layout::kOwnName));
  const auto pack_file = util::base_name(pack.paths.pack);
  const auto index_file = util::base_name(pack.paths.index);
  if (pack.objects == 0) {
    GS_TRY_VOID(own.remove_file(index_file));
    GS_TRY_VOID(own.remove_file(pack_file));
    return PackHold();
  }
  GS_TRY(auto packs, root_.open_beneath(kPacks));
  const std::string name = "pack-" + pack.checksum;
  PackHold hold;
  if (!packs.exists(name + ".keep")) {
    GS_TRY(auto held, root_.open_beneath(kPacks));
    GS_TRY_VOID(packs.write_file_atomic(name + ".keep", kUnfinishedKeep, kKeepText, 0444));
    hold = PackHold(std::move(held), name + ".keep");
  }
  // The index last: it makes the pack seen. Whoever has these already has the same bytes.
  GS_TRY_VOID(own.rename(pack_file, packs, name + ".pack"));
  GS_TRY_VOID(own.rename(index_file, packs, name + ".idx"));
  GS_TRY_VOID(packs.sync());
  return hold;
}

}  // namespace gitsync::source
