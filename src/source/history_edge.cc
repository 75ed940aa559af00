// SPDX-License-Identifier: Apache-2.0
#include "source/history_edge.h"

#include <algorithm>
#include <string>

#include "git/lock_file.h"
#include "git/ref_store.h"
#include "util/folder.h"

namespace gitsync::source {

using util::Result;

namespace {

constexpr const char* kShallow = "shallow";

}  // namespace

std::vector<git::ObjectId> moved_edge(const std::vector<git::ObjectId>& now,
                                      const git::ShallowChanges& changes) {
  std::vector<git::ObjectId> edge = now;
  edge.insert(edge.end(), changes.shallow.begin(), changes.shallow.end());
  std::ranges::sort(edge);
  const auto [first, last] = std::ranges::unique(edge);
  edge.erase(first, last);
  std::erase_if(edge, [&](const git::ObjectId& id) {
    return std::ranges::find(changes.unshallow, id) != changes.unshallow.end();
  });
  return edge;
}

Result<void> rewrite_history_edge(const std::string& store, const EdgeChange& change) {
  GS_TRY(const auto folder, util::Folder::open(store));
  GS_TRY(auto lock, git::LockFile::take(folder, kShallow, git::Patience::kShort));
  GS_TRY(const auto refs, git::RefStore::open(store));
  GS_TRY(const auto now, refs.shallow());
  GS_TRY(const auto edge, change(now));
  if (edge == now) return {};
  // An empty file would say that the history is not whole.
  if (edge.empty()) return folder.remove_file(kShallow);
  std::string text;
  for (const auto& id : edge) text += id.hex() + "\n";
  return lock.commit(text);
}

Result<void> move_history_edge(const tree::Layout& layout, const git::ShallowChanges& changes) {
  if (changes.shallow.empty() && changes.unshallow.empty()) return {};
  return rewrite_history_edge(
      layout.store(),
      [&](const std::vector<git::ObjectId>& now) -> Result<std::vector<git::ObjectId>> {
        return moved_edge(now, changes);
      });
}

}  // namespace gitsync::source
