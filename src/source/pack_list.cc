// SPDX-License-Identifier: Apache-2.0
#include "source/pack_list.h"

#include <algorithm>

#include "tree/layout.h"
#include "util/file_stamp.h"
#include "util/number.h"
#include "util/text.h"

namespace gitsync::source {

using util::Result;

Result<PackList> PackList::read(const util::Folder& root, std::span<const std::string> loose) {
  GS_TRY(const auto folder,
         root.open_beneath(std::string(tree::Layout::kStoreName) + "/objects/pack"));
  PackList list;
  GS_TRY_VOID(folder.for_each_entry([&](std::string_view name) {
    if (!name.ends_with(".pack") && !name.ends_with(".idx")) return util::Walk::kGoOn;
    const auto info = folder.info(name);
    // It may go while it is looked at.
    if (info && info->kind != util::EntryKind::kNothing) {
      list.files_[std::string(name)] = {info->size, util::FileStamp::nanoseconds(info->modified)};
    }
    return util::Walk::kGoOn;
  }));
  for (const auto& name : loose) {
    const auto info = root.info(std::string(tree::Layout::kStoreName) + "/objects/" + name);
    if (info && info->kind == util::EntryKind::kFile) {
      list.files_[name] = {info->size, util::FileStamp::nanoseconds(info->modified)};
    }
  }
  return list;
}

std::vector<std::string> PackList::loose() const {
  std::vector<std::string> names;
  for (const auto& [name, stamp] : files_) {
    if (name.contains('/')) names.push_back(name);
  }
  return names;
}

std::vector<std::string> PackList::names() const {
  std::vector<std::string> names;
  names.reserve(files_.size());
  for (const auto& [name, stamp] : files_) {
    names.push_back(name.contains('/') ? name : "pack/" + name);
  }
  return names;
}

PackList PackList::parse(std::string_view text) {
  PackList list;
  for (const auto& line : util::split(text, '\n')) {
    const auto words = util::split(line, ' ');
    if (words.size() != 3) continue;
    const auto size = util::read_decimal(words[1]);
    const auto modified = util::read_decimal(words[2]);
    if (size && modified) list.files_[words[0]] = {.size = *size, .modified = *modified};
  }
  return list;
}

std::string PackList::text() const {
  std::string text;
  for (const auto& [name, stamp] : files_) {
    text += name + " " + std::to_string(stamp.size) + " " + std::to_string(stamp.modified) + "\n";
  }
  return text;
}

bool PackList::contradicts(const PackList& before) const {
  return std::ranges::any_of(files_, [&](const auto& file) {
    const auto known = before.files_.find(file.first);
    return known != before.files_.end() && known->second != file.second;
  });
}

}  // namespace gitsync::source
