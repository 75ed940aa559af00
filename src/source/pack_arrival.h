// SPDX-License-Identifier: Apache-2.0
// The place of a pack that arrives, and how it becomes one of the repository's
// (docs/design.md#fetch, #publish-and-retire).

#pragma once

#include <optional>
#include <string>

#include "git/pack_receiver.h"
#include "tree/layout.h"
#include "util/error.h"
#include "util/folder.h"

namespace gitsync::source {

// Keeps a pack from every gc, which would find nothing that leads to it, until a ref does. Lets go
// of it when destroyed. Move-only.
class [[nodiscard]] PackHold {
 public:
  PackHold() = default;
  PackHold(util::Folder packs, std::string name)
      : packs_(std::move(packs)), name_(std::move(name)) {}
  PackHold(PackHold&& other) noexcept;
  PackHold& operator=(PackHold&& other) noexcept;
  ~PackHold() { let_go(); }

 private:
  void let_go() noexcept;

  std::optional<util::Folder> packs_;
  std::string name_;  // of the .keep file
};

// Thread-safety: none; under the root's turn.
class PackArrival {
 public:
  // Removes what killed processes have left of theirs.
  static util::Result<PackArrival> prepare(const tree::Layout& layout);

  // Where a PackReceiver may write.
  const git::PackPaths& paths() const { return paths_; }

  // Makes what the receiver has written a pack of the repository, on the disk. A pack without
  // objects is none.
  util::Result<PackHold> install(const git::PackSummary& pack) const;

 private:
  PackArrival(util::Folder root, git::PackPaths paths) noexcept
      : root_(std::move(root)), paths_(std::move(paths)) {}

  util::Folder root_;
  git::PackPaths paths_;
};

}  // namespace gitsync::source
