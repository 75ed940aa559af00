// SPDX-License-Identifier: Apache-2.0
// Reads and writes the refs of a repository on disk: files of their own and packed-refs
// (gitrepository-layout(5), git-pack-refs(1)), and what else says which commits there are.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "git/object_id.h"
#include "util/error.h"
#include "util/folder.h"

namespace gitsync::git {

// What stands under the name of a ref: an id, the name of another ref, or nothing.
struct Ref {
  std::optional<ObjectId> id;
  std::optional<ObjectId> peeled;  // where packed-refs tells it: what a tag leads to in the end
  std::string target;              // of a symbolic one, in full
  bool exists() const { return id || !target.empty(); }
};

// Nothing is kept: each call looks at the disk. Symlinks below the folder are not followed.
// Errors: kCorrupt for what git calls a broken ref; kNotUnderstood for repositories with reftable,
// refs that are symlinks and odd ways to write them; kInvalid for a name that no ref has.
// Thread-safety: const operations may run in several threads at once.
class RefStore {
 public:
  // `git_dir`: <root>/.git, or that of a worktree: HEAD is then its own, and the branches are those
  // of the repository.
  static util::Result<RefStore> open(const std::string& git_dir);

  // `name`: HEAD or one like it, or in full, as refs/heads/main.
  util::Result<Ref> read(std::string_view name) const;
  // The id that a name leads to over symbolic refs; nothing if there is none at the end.
  // kNotUnderstood after five names, where git gives up.
  util::Result<std::optional<ObjectId>> resolve(std::string_view name) const;

  // Makes refs/… lead to `id`, under git's lock and flushed; writes nothing if it does already.
  // No line is added to a reflog: git takes one that lags behind, and the entries would keep old
  // objects. Whether the object is there is the caller's to know.
  // Errors: kBusy if somebody has the lock; kNotUnderstood if the ref is symbolic, if a folder or a
  // packed ref is in its way, or if a hook wants to know (githooks(5), reference-transaction; one
  // in another core.hooksPath is the caller's to see).
  util::Result<void> write(std::string_view name, const ObjectId& id) const;

  // Whether commits are not what their objects say: git-replace(1), or the older info/grafts.
  util::Result<bool> has_substitutes() const;
  // The commits whose parents were not fetched, sorted (gitrepository-layout(5), "shallow").
  // kCorrupt if the file has anything else.
  util::Result<std::vector<ObjectId>> shallow() const;

 private:
  RefStore(util::Folder own, util::Folder common) noexcept
      : own_(std::move(own)), common_(std::move(common)) {}

  const util::Folder& folder_of(std::string_view name) const;
  util::Result<std::optional<Ref>> read_loose(std::string_view name) const;
  util::Result<Ref> read_packed(std::string_view name) const;
  util::Result<void> check_room(std::string_view name) const;

  util::Folder own_;     // of the worktree, or as the next one
  util::Folder common_;  // of the repository
};

}  // namespace gitsync::git
