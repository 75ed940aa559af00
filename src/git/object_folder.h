// SPDX-License-Identifier: Apache-2.0
// One folder of objects (gitrepository-layout(5), "objects"): its packs, and where its loose
// objects are.

#pragma once

#include <sys/types.h>

#include <cstdint>
#include <ctime>
#include <functional>
#include <list>
#include <optional>
#include <string>
#include <vector>

#include "git/object_id.h"
#include "git/pack_file.h"
#include "util/error.h"
#include "util/fd.h"
#include "util/folder.h"

namespace gitsync::git {

// Holds the folder and its packs open. Move-only. Thread-safety: none.
class ObjectFolder {
 public:
  // kNotFound if there is no such folder. Packs are known after load().
  static util::Result<ObjectFolder> open(const std::string& path);

  const std::string& path() const { return path_; }
  util::FileId id() const { return id_; }

  // Opens the packs that are there now. `numbers` gives each a number of its own.
  // Errors: as PackFile::open(); kNotUnderstood if there are more than kMaxPacks.
  util::Result<void> load(std::uint64_t& numbers);
  // Whether the list of packs may have changed since: somebody has written to their folder.
  bool has_changed() const;

  // The one that was useful last comes first.
  std::list<PackFile>& packs() { return packs_; }
  const std::list<PackFile>& packs() const { return packs_; }
  void prefer(std::list<PackFile>::iterator pack) { packs_.splice(packs_.begin(), packs_, pack); }
  // The file of a loose object, or nothing.
  util::Result<std::optional<util::Fd>> open_loose(const ObjectId& id) const;
  // Goes through all loose objects, in no order. `visit` may remove files.
  util::Result<void> for_each_loose(const std::function<void(const ObjectId&)>& visit) const;
  // Whether objects may be missing here because a remote has promised to give them
  // (git-clone(1), --filter).
  bool has_promises() const { return promises_; }

  static constexpr std::size_t kMaxPacks = 1000;

 private:
  ObjectFolder(util::Fd fd, util::FileId id, std::string path) noexcept
      : fd_(std::move(fd)), id_(id), path_(std::move(path)) {}
  util::Result<std::vector<std::string>> names();
  util::Result<bool> try_load(std::uint64_t& numbers);

  util::Fd fd_;
  util::FileId id_;
  std::string path_;
  std::list<PackFile> packs_;
  bool promises_ = false;
  timespec listed_{};     // the time of the folder `pack` when it was read
  bool settled_ = false;  // a later change has a later time
};

}  // namespace gitsync::git
