// SPDX-License-Identifier: Apache-2.0
// Garbage collection without git: what is kept is copied into one new pack, and all other packs and
// loose objects go (docs/design.md#publish-and-retire, docs/contract.md#cleanup).

#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "git/object_folder.h"
#include "log/logger.h"
#include "source/kept_objects.h"
#include "source/store_trim.h"
#include "tree/layout.h"
#include "tree/revision.h"
#include "util/error.h"
#include "util/event.h"

namespace gitsync::source {

// Thread-safety: none; belongs to the loop of one repository, under the root's turn.
class NativeCompaction {
 public:
  NativeCompaction(tree::Layout layout, log::Logger logger);

  // Keeps what `keep`, refs, worktrees and indexes need. What is wholly dead goes first, since it
  // makes room; the new pack is written if there is anything to gain, and, if `must_fit`, only
  // where the disk has room for it beside the old ones.
  //
  // Returns whether all garbage has gone. Memory: 47 bytes an object, and 8 MiB. A pack with a
  // .keep file of somebody stays as it is. Errors: Cause::kNotUnderstood before anything was
  // changed; kBusy if somebody works on the repository meanwhile; kNotFound and kCorrupt for
  // objects that are missing or damaged. After an error everything that is kept is still there.
  util::Result<bool> run(std::span<const tree::Revision> keep, bool must_fit,
                         const util::Limit& limit);
  // Makes the private branch lead to `revision`, or to nothing: the commit that it led to may go.
  // Errors: those of git::RefStore::write().
  util::Result<void> move_branch(const std::optional<tree::Revision>& revision) const;
  // Removes what a process that was killed has left. Also done by run().
  void recover() const;

  void stop_at(CompactionStep step) { step_ = std::move(step); }

 private:
  struct Work;

  util::Result<void> look(Work& work, const util::Limit& limit) const;
  util::Result<void> look_at(Work& work, const git::PackFile& pack) const;
  util::Result<void> check_unchanged(const Work& work) const;
  util::Result<void> trim(Work& work, const StoreTrim& trim, const util::Limit& limit) const;
  util::Result<bool> has_room(const Work& work) const;
  util::Result<void> pack(Work& work, const StoreTrim& trim, const util::Limit& limit) const;
  util::Result<std::string> write(Work& work, const util::Folder& root,
                                  const util::Limit& limit) const;

  const tree::Layout layout_;
  const log::Logger log_;
  CompactionStep step_;
};

}  // namespace gitsync::source
