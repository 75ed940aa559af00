// SPDX-License-Identifier: Apache-2.0
// The tree is split into parts, each of which is removed by itself; at the end the rest goes, and
// with it whatever could not be removed before is met again, and told.
#include "tree/wide_removal.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tree/write_pool.h"
#include "util/mounted.h"
#include "util/remove_tree.h"

namespace gitsync::tree {
namespace {

using util::Result;

constexpr std::size_t kMostParts = 1024;
// Parts for each thread, so that none of them is without work for long.
constexpr std::size_t kPartsForEach = 4;
constexpr int kMostLevels = 8;  // to go down

// An entry of the tree, whatever it is.
struct Part {
  std::shared_ptr<const util::Folder> holder;
  std::string name;
};

// Nothing if it is no folder, or one where something else is mounted: remove_tree() knows why.
std::shared_ptr<const util::Folder> open(const Part& part) {
  const auto holder = util::identify(part.holder->fd());
  auto folder = part.holder->open_beneath(part.name);
  const auto id = folder ? util::identify(folder->fd()) : std::nullopt;
  if (!holder || !id || util::is_mounted(*id, *holder)) return nullptr;
  return std::make_shared<const util::Folder>(std::move(*folder));
}

void add_entries(const std::shared_ptr<const util::Folder>& folder, std::vector<Part>& parts) {
  // What is not read is met at the end.
  [[maybe_unused]] const auto read = folder->for_each_entry([&](std::string_view name) {
    parts.push_back({.holder = folder, .name = std::string(name)});
    return parts.size() < kMostParts ? util::Walk::kGoOn : util::Walk::kStop;
  });
}

// Goes down until there are enough of them. What is beside them stays for the end.
std::vector<Part> split(Part whole, std::size_t enough) {
  std::vector<Part> parts;
  parts.push_back(std::move(whole));
  for (int level = 0; level < kMostLevels && parts.size() < enough; ++level) {
    std::vector<Part> below;
    for (const Part& part : parts) {
      if (const auto folder = open(part)) add_entries(folder, below);
    }
    if (below.empty()) break;
    parts = std::move(below);
  }
  return parts;
}

Result<void> remove_part(const Part& part, const util::Limit& limit) {
  [[maybe_unused]] const auto removed =
      util::remove_tree(*part.holder, part.name, {.limit = limit});
  return limit.check();
}

Result<void> remove_parts(std::vector<Part> parts, std::size_t width, const util::Limit& limit) {
  WritePool pool(width, limit);
  for (Part& part : parts) {
    const WritePool::Load load{.folder = std::hash<std::string>{}(part.holder->path())};
    GS_TRY_VOID(
        pool.add(load, [part = std::move(part), limit] { return remove_part(part, limit); }));
  }
  return pool.finish();
}

}  // namespace

Result<void> remove_wide(const util::Folder& parent, std::string_view name, std::size_t width,
                         const util::Limit& limit) {
  if (width > 1) {
    if (auto holder = parent.open_beneath(".")) {
      auto parts = split({.holder = std::make_shared<const util::Folder>(std::move(*holder)),
                          .name = std::string(name)},
                         width * kPartsForEach);
      // Without threads, or with some of it left, the whole is what is left.
      [[maybe_unused]] const auto removed = remove_parts(std::move(parts), width, limit);
    }
  }
  return util::remove_tree(parent, name, {.limit = limit});
}

}  // namespace gitsync::tree
