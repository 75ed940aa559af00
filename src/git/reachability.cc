// SPDX-License-Identifier: Apache-2.0
#include "git/reachability.h"

#include <algorithm>
#include <string>

#include "git/commit_object.h"
#include "git/tag_object.h"
#include "git/tree_object.h"

namespace gitsync::git {

using util::Result;

namespace {

// Of a commit, a tree or a tag. A larger one is git's.
constexpr std::size_t kLargest = std::size_t{16} << 20;

}  // namespace

Result<void> Reachability::follow(const ObjectId& tip, const util::Limit& limit) {
  GS_TRY(const auto info, store_.info(tip));
  return follow(tip, info.type, limit);
}

Result<void> Reachability::follow(const ObjectId& tip, ObjectType type, const util::Limit& limit) {
  GS_TRY_VOID(mark(tip, type));
  while (!pending_.empty()) {
    GS_TRY_VOID(limit.check());
    const auto [number, pending_type] = pending_.back();
    pending_.pop_back();
    GS_TRY_VOID(read(number, pending_type));
  }
  return {};
}

Result<void> Reachability::mark(const ObjectId& id, ObjectType type) {
  const auto number = known_.find(id);
  if (!number) {
    // git knows it without having it.
    if (id == kEmptyTree && type == ObjectType::kTree) return {};
    return util::fail(util::ErrorKind::kNotFound, "object " + id.hex() + " is missing");
  }
  State& state = states_[*number];
  if (state == State::kDead) ++count_;
  if (type == ObjectType::kBlob) {
    if (state == State::kDead) state = State::kLeaf;
    return {};
  }
  // What a damaged tree calls a blob may be a tree all the same.
  if (state != State::kRead) pending_.emplace_back(*number, type);
  state = State::kRead;
  return {};
}

Result<void> Reachability::read(ObjectSet::Number number, ObjectType type) {
  const ObjectId& id = known_[number];
  GS_TRY(const auto bytes, store_.read(id, type, kLargest));
  auto followed = Result<void>{};
  if (type == ObjectType::kCommit) {
    followed = read_commit(id, bytes);
  } else if (type == ObjectType::kTree) {
    followed = read_tree(bytes);
  } else {
    GS_TRY(const auto tag, parse_tag(bytes));
    followed = mark(tag.object, tag.type);
  }
  if (!followed) return util::fail(std::move(followed).error().with_context("in " + id.hex()));
  return {};
}

Result<void> Reachability::read_commit(const ObjectId& id, std::string_view bytes) {
  GS_TRY(const auto commit, parse_commit(bytes));
  GS_TRY_VOID(mark(commit.tree, ObjectType::kTree));
  if (std::ranges::binary_search(shallow_, id)) return {};
  for (const auto& parent : commit.parents) GS_TRY_VOID(mark(parent, ObjectType::kCommit));
  return {};
}

Result<void> Reachability::read_tree(std::string_view bytes) {
  TreeReader reader(bytes);
  while (true) {
    GS_TRY(const auto entry, reader.next());
    if (!entry) return {};
    if (entry->mode == EntryMode::kSubmodule) continue;
    GS_TRY_VOID(mark(entry->id, entry->is_folder() ? ObjectType::kTree : ObjectType::kBlob));
  }
}

}  // namespace gitsync::git
