// SPDX-License-Identifier: Apache-2.0
// Where the manifests of trees are: in the store, one a revision, and one of the spare.

#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "tree/layout.h"
#include "tree/manifest.h"
#include "util/error.h"
#include "util/folder.h"

namespace gitsync::tree {

// A manifest that is being written. It goes when its owner gives it up. Move-only.
class [[nodiscard]] ManifestDraft {
 public:
  ManifestDraft(util::Folder folder, std::string name);
  ManifestDraft(ManifestDraft&& other) noexcept;
  ManifestDraft& operator=(ManifestDraft&&) = delete;
  ~ManifestDraft();

  // Makes the file. Once.
  util::Result<ManifestWriter> write(const Revision& revision) const;
  // When it has been written.
  util::Result<ManifestReader> read() const;
  // Gives it its name, in one step.
  util::Result<void> keep(const std::string& name) &&;

 private:
  util::Folder folder_;
  std::string name_;  // empty: it has gone
};

// Thread-safety: none; belongs to the loop of one repository, under the root's turn.
class Manifests {
 public:
  // Of the spare; the others have the name of their revision.
  static constexpr const char* kSpare = "spare";

  explicit Manifests(const Layout& layout) : layout_(layout) {}

  util::Result<ManifestDraft> draft() const;
  // Nothing if there is none, if it is damaged, or if it is of another tree than the one whose top
  // directory has the inode `top`.
  std::optional<ManifestReader> open(const std::string& name, std::uint64_t top) const;
  // The revision that it is of.
  std::optional<Revision> revision_of(const std::string& name) const;
  void remove(std::string_view name) const;
  // Removes all whose name is not wanted, unfinished ones too.
  void sweep(const std::function<bool(std::string_view name)>& is_wanted) const;

 private:
  std::optional<ManifestReader> open(const std::string& name) const;
  std::optional<util::Folder> folder() const;

  const Layout layout_;
};

}  // namespace gitsync::tree
