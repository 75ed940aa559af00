// SPDX-License-Identifier: Apache-2.0
#include "snapshot/kept_manifests.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <utility>
#include <vector>

#include "util/folder.h"

namespace gitsync::snapshot {

using util::Result;

namespace {

constexpr const char* kName = ".git/git-sync/published";
// More than a target that fails for a while falls behind, usually.
constexpr std::size_t kMost = 8;

std::string below(const char* folder, const tree::Revision& revision) {
  return std::string(folder) + "/" + revision.id;
}

}  // namespace

Result<std::string> KeptManifests::folder() const {
  GS_TRY(const auto root, util::Folder::open(layout_.root));
  GS_TRY(const auto folder, root.make_directories(kName));
  return folder.path();
}

// A second name: manifests are never written to once they have one.
Result<void> KeptManifests::keep(const tree::Revision& revision) const {
  GS_TRY_VOID(folder());
  GS_TRY(const auto root, util::Folder::open(layout_.root));
  const std::string from = below(tree::Layout::kManifestsName, revision);
  const std::string to = below(kName, revision);
  if (!root.exists(from) || root.exists(to)) return {};
  GS_TRY(const auto source, root.place_of(from));
  GS_TRY(const auto target, root.place_of(to));
  const int linked =
      ::linkat(source.fd, source.name.c_str(), target.fd, target.name.c_str(), /*flags=*/0);
  if (linked != 0 && errno != EEXIST) {
    constexpr std::size_t kMostBytes = std::size_t{1} << 30;
    GS_TRY(const auto bytes, root.read_file(from, kMostBytes));
    GS_TRY_VOID(root.write_file_atomic(to, ".new.", bytes, 0644));
  }
  drop_old();
  return {};
}

std::optional<tree::ManifestReader> KeptManifests::open(const tree::Revision& revision) const {
  const auto root = util::Folder::open(layout_.root);
  if (!root) return std::nullopt;
  const auto place = root->place_of(below(kName, revision));
  if (!place) return std::nullopt;
  constexpr int kFlags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC;
  util::Fd fd(::openat(place->fd, place->name.c_str(), kFlags));
  if (!fd) return std::nullopt;
  auto reader = tree::ManifestReader::open(std::move(fd), root->path_of(below(kName, revision)));
  if (!reader || reader->revision() != revision) return std::nullopt;
  return std::move(*reader);
}

void KeptManifests::drop_old() const {
  const auto root = util::Folder::open(layout_.root);
  if (!root) return;
  const auto folder = root->open_beneath(kName);
  if (!folder) return;
  struct Kept {
    timespec changed;
    std::string name;
  };
  std::vector<Kept> all;
  for (const auto& name : folder->list().value_or(std::vector<std::string>{})) {
    if (!tree::Revision::parse(name)) continue;
    if (const auto info = folder->info(name)) all.push_back({info->modified, name});
  }
  if (all.size() <= kMost) return;
  const auto is_older = [](const Kept& a, const Kept& b) {
    return std::pair(a.changed.tv_sec, a.changed.tv_nsec) <
           std::pair(b.changed.tv_sec, b.changed.tv_nsec);
  };
  std::ranges::sort(all, is_older);
  all.resize(all.size() - kMost);
  for (const auto& old : all) [[maybe_unused]]
    const auto removed = folder->remove_file(old.name);
}

}  // namespace gitsync::snapshot
