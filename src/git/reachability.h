// SPDX-License-Identifier: Apache-2.0
// Which objects of a store are needed: all that can be reached from some tips, as git-rev-list(1)
// has it with --objects.

#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "git/object_set.h"
#include "git/object_store.h"
#include "util/event.h"

namespace gitsync::git {

// Memory: a byte an object, and some for each folder of a tree. Commits, trees and tags are read
// and verified; of blobs it is only known that they are there. Commits of submodules are not
// followed. Thread-safety: none.
class Reachability {
 public:
  // `known`: all objects that the store has on disk, settled. `shallow`: commits whose parents are
  // not followed, sorted. All references outlive this.
  Reachability(ObjectStore& store, const ObjectSet& known, std::span<const ObjectId> shallow)
      : store_(store), known_(known), shallow_(shallow), states_(known.size()) {}

  // All that `tip`, an object of any type, leads to.
  // Errors: those of ObjectStore; kNotFound, naming it, for an object that is not known. What was
  // reached then is meaningless.
  util::Result<void> follow(const ObjectId& tip, const util::Limit& limit);
  util::Result<void> follow(const ObjectId& tip, ObjectType type, const util::Limit& limit);

  bool has(ObjectSet::Number number) const { return states_[number] != State::kDead; }
  // Of which something else was reached, so that it is no blob.
  bool was_read(ObjectSet::Number number) const { return states_[number] == State::kRead; }
  std::size_t count() const { return count_; }

 private:
  enum class State : std::uint8_t { kDead, kLeaf, kRead };

  util::Result<void> mark(const ObjectId& id, ObjectType type);
  util::Result<void> read(ObjectSet::Number number, ObjectType type);
  util::Result<void> read_commit(const ObjectId& id, std::string_view bytes);
  util::Result<void> read_tree(std::string_view bytes);

  ObjectStore& store_;
  const ObjectSet& known_;
  const std::span<const ObjectId> shallow_;
  std::vector<State> states_;
  std::vector<std::pair<ObjectSet::Number, ObjectType>> pending_;
  std::size_t count_ = 0;
};

}  // namespace gitsync::git
