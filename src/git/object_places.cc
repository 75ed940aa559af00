// SPDX-License-Identifier: Apache-2.0
#include "git/object_places.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "git/alternates.h"

namespace gitsync::git {

using util::Result;

Result<ObjectPlaces> ObjectPlaces::open(const std::string& objects) {
  GS_TRY(const auto paths, with_alternates(objects));
  ObjectPlaces places;
  GS_TRY_VOID(places.add(paths));
  return places;
}

// git warns of an alternate that is not there, and goes on; but the first folder is our own.
Result<void> ObjectPlaces::add(const std::vector<std::string>& paths) {
  for (const auto& path : paths) {
    auto folder = ObjectFolder::open(path);
    if (!folder && folders_.empty()) return util::fail(std::move(folder).error());
    if (!folder) continue;
    const auto is_same = [&](const ObjectFolder& other) { return other.id() == folder->id(); };
    if (std::ranges::any_of(folders_, is_same)) continue;
    GS_TRY_VOID(folder->load(pack_numbers_));
    folders_.push_back(std::move(*folder));
  }
  return {};
}

Result<bool> ObjectPlaces::reload() {
  const std::uint64_t before = pack_numbers_;
  for (auto& folder : folders_) {
    if (folder.has_changed()) GS_TRY_VOID(folder.load(pack_numbers_));
  }
  return pack_numbers_ != before;
}

void ObjectPlaces::prefer(const ObjectPlace& place) {
  if (place.pack) place.folder->prefer(*place.pack);
}

bool ObjectPlaces::has_promises() const {
  return std::ranges::any_of(folders_, &ObjectFolder::has_promises);
}

void ObjectPlaces::Search::restart() {
  pack_folder_ = 0;
  pack_ = places_.folders_.front().packs().begin();
  loose_folder_ = 0;
}

Result<std::optional<ObjectPlace>> ObjectPlaces::Search::next_in_packs() {
  while (pack_folder_ < places_.folders_.size()) {
    ObjectFolder& folder = places_.folders_[pack_folder_];
    while (pack_ != folder.packs().end()) {
      const auto pack = pack_++;
      GS_TRY(const auto offset, pack->find(id_));
      if (offset) return ObjectPlace{.folder = &folder, .pack = pack, .offset = *offset};
    }
    if (++pack_folder_ < places_.folders_.size()) {
      pack_ = places_.folders_[pack_folder_].packs().begin();
    }
  }
  return std::nullopt;
}

Result<std::optional<ObjectPlace>> ObjectPlaces::Search::next_loose() {
  while (loose_folder_ < places_.folders_.size()) {
    ObjectFolder& folder = places_.folders_[loose_folder_++];
    GS_TRY(auto file, folder.open_loose(id_));
    if (file)
      return ObjectPlace{.folder = &folder, .pack = std::nullopt, .loose = std::move(*file)};
  }
  return std::nullopt;
}

Result<std::optional<ObjectPlace>> ObjectPlaces::Search::next() {
  while (true) {
    GS_TRY(auto place, next_in_packs());
    if (!place) {
      GS_TRY(place, next_loose());
    }
    if (place || reloaded_) return place;
    reloaded_ = true;
    GS_TRY(const bool has_more, places_.reload());
    if (!has_more) return std::nullopt;
    restart();
  }
}

}  // namespace gitsync::git
