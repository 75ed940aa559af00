// SPDX-License-Identifier: Apache-2.0
#include "tree/manifests.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <utility>
#include <vector>

#include "util/files.h"
#include "util/stale.h"

namespace gitsync::tree {

using util::Result;

namespace {

constexpr const char* kDraftPrefix = ".new.";

Result<ManifestReader> open_manifest(const util::Folder& folder, const std::string& name) {
  constexpr int kFlags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;
  util::Fd fd(util::despite_stale([&] { return ::openat(folder.fd(), name.c_str(), kFlags); }));
  if (!fd) return util::fail(util::sys_error("open " + folder.path_of(name)));
  return ManifestReader::open(std::move(fd), folder.path_of(name));
}

}  // namespace

ManifestDraft::ManifestDraft(util::Folder folder, std::string name)
    : folder_(std::move(folder)), name_(std::move(name)) {}

ManifestDraft::ManifestDraft(ManifestDraft&& other) noexcept
    : folder_(std::move(other.folder_)), name_(std::exchange(other.name_, {})) {}

ManifestDraft::~ManifestDraft() {
  if (!name_.empty()) [[maybe_unused]]
    const auto removed = folder_.remove_file(name_);
}

Result<ManifestWriter> ManifestDraft::write(const Revision& revision) const {
  constexpr int kFlags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
  util::Fd fd(
      util::despite_stale([&] { return ::openat(folder_.fd(), name_.c_str(), kFlags, 0644); }));
  if (!fd) return util::fail(util::sys_error("create " + folder_.path_of(name_)));
  return ManifestWriter(std::move(fd), folder_.path_of(name_), revision);
}

Result<ManifestReader> ManifestDraft::read() const { return open_manifest(folder_, name_); }

Result<void> ManifestDraft::keep(const std::string& name) && {
  GS_TRY_VOID(folder_.rename(name_, folder_, name));
  name_.clear();
  return {};
}

std::optional<util::Folder> Manifests::folder() const {
  const auto root = util::Folder::open(layout_.root);
  if (!root) return std::nullopt;
  auto folder = root->open_beneath(Layout::kManifestsName);
  if (!folder) return std::nullopt;
  return std::move(*folder);
}

Result<ManifestDraft> Manifests::draft() const {
  GS_TRY(const auto root, util::Folder::open(layout_.root));
  GS_TRY(auto folder, root.make_directories(Layout::kManifestsName));
  return ManifestDraft(std::move(folder), kDraftPrefix + util::random_suffix());
}

std::optional<ManifestReader> Manifests::open(const std::string& name) const {
  const auto at = folder();
  if (!at) return std::nullopt;
  auto reader = open_manifest(*at, name);
  if (!reader) return std::nullopt;
  return std::move(*reader);
}

std::optional<ManifestReader> Manifests::open(const std::string& name, std::uint64_t top) const {
  auto reader = open(name);
  if (!reader || reader->top() != top) return std::nullopt;
  return reader;
}

std::optional<Revision> Manifests::revision_of(const std::string& name) const {
  const auto reader = open(name);
  if (!reader) return std::nullopt;
  // It becomes a name on the disk.
  return Revision::parse(reader->revision().id);
}

void Manifests::remove(std::string_view name) const {
  if (const auto at = folder()) [[maybe_unused]]
    const auto removed = at->remove_file(name);
}

void Manifests::sweep(const std::function<bool(std::string_view name)>& is_wanted) const {
  const auto at = folder();
  if (!at) return;
  [[maybe_unused]] const auto listed = at->for_each_entry([&](std::string_view name) {
    if (!is_wanted(name)) [[maybe_unused]]
      const auto removed = at->remove_file(name);
    return util::Walk::kGoOn;
  });
}

}  // namespace gitsync::tree
