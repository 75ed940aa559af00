// SPDX-License-Identifier: Apache-2.0
// Removes packs, loose objects and what was made from them, in an order in which neither a git that
// runs meanwhile nor one that comes after a crash finds anything missing.

#pragma once

#include <ctime>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "git/object_id.h"
#include "git/object_set.h"
#include "tree/layout.h"
#include "util/error.h"
#include "util/event.h"
#include "util/folder.h"

namespace gitsync::source {

// A pack to be removed: its name without extension, and its time when it was looked at.
struct OldPack {
  std::string name;
  timespec modified{};
};

// Called between two steps that are seen on the disk; what it fails with ends the work there, for
// tests of what a crash leaves.
using CompactionStep = std::function<util::Result<void>(std::string_view)>;

// Thread-safety: none; under the root's turn.
class StoreTrim {
 public:
  static util::Result<StoreTrim> open(const tree::Layout& layout, CompactionStep step = {});

  // What tells of packs and commits: multi-pack-index, commit graphs, the list of packs. git makes
  // them again if it wants them. Before anything else is removed.
  util::Result<void> remove_views() const;
  // Makes the new pack (kNewPack) one of the repository, as `name`, if it is not empty; then
  // removes `old`. A pack in use since is left: git touches a pack whose object it would have
  // written anew.
  util::Result<void> replace_packs(const std::string& name, std::span<const OldPack> old) const;
  // Removes what a process that was killed was writing, or had begun to remove.
  void recover() const;
  // Loose objects, but for those that were written or touched after `since`.
  util::Result<void> remove_loose(std::span<const git::ObjectId> loose, const timespec& since,
                                  const util::Limit& limit) const;
  // Makes .git/shallow list `kept`, if it lists `now`, under git's lock.
  // Errors: kBusy if somebody has the lock or has changed the file.
  util::Result<void> write_shallow(std::span<const git::ObjectId> now,
                                   std::span<const git::ObjectId> kept) const;

  // The new pack while it is written, below the root, without extension.
  static constexpr const char* kNewPack = ".git/git-sync/compaction";

 private:
  StoreTrim(util::Folder root, util::Folder objects, CompactionStep step) noexcept
      : root_(std::move(root)), objects_(std::move(objects)), step_(std::move(step)) {}
  util::Result<void> install(const std::string& name) const;
  util::Result<void> remove_pack(const OldPack& pack) const;
  void remove_files_of(const std::string& name) const;

  util::Folder root_;
  util::Folder objects_;
  CompactionStep step_;
};

}  // namespace gitsync::source
