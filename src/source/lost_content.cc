// SPDX-License-Identifier: Apache-2.0
#include "source/lost_content.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>

#include "git/index_reader.h"
#include "git/object_hasher.h"
#include "source/worktree_pointers.h"
#include "util/folder.h"
#include "util/paths.h"

namespace gitsync::source {

using util::Result;

namespace {

using Id = std::span<const std::byte, git::kIndexIdBytes>;

bool is(const git::ObjectId& id, Id listed) {
  return id.view() == std::string_view(reinterpret_cast<const char*>(listed.data()), listed.size());
}

// As many bytes as the file had when it was opened: one that changes meanwhile has another id.
bool hash_file(int file, git::ObjectHasher& hasher) {
  struct stat info{};
  if (::fstat(file, &info) != 0 || !S_ISREG(info.st_mode)) return false;
  hasher.begin(git::ObjectType::kBlob, static_cast<std::uint64_t>(info.st_size));
  std::array<char, std::size_t{64} << 10> buffer{};
  for (;;) {
    const ssize_t got = ::read(file, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return false;
    if (got == 0) return true;
    hasher.update({buffer.data(), static_cast<std::size_t>(got)});
  }
}

bool is_whole(const util::Folder::Place& place, const git::IndexEntry& entry,
              const util::Folder& tree, git::ObjectHasher& hasher) {
  if (entry.mode == git::kIndexSymlink) {
    const auto target = tree.read_link(entry.path);
    return target && *target && is(hasher.hash(git::ObjectType::kBlob, **target), entry.id);
  }
  const util::Fd file(
      ::openat(place.fd, place.name.c_str(), O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
  return file && hash_file(file.get(), hasher) && is(hasher.finish(), entry.id);
}

// Whether the entry's file is as it says.
bool look_at(const git::IndexEntry& entry, const util::Folder& tree, git::ObjectHasher& hasher) {
  if (entry.mode == git::kIndexGitlink || entry.skip_worktree) return true;
  const auto place = tree.place_of(entry.path);
  if (!place) return false;
  if (is_whole(*place, entry, tree, hasher)) return true;
  [[maybe_unused]] const int touched =
      ::utimensat(place->fd, place->name.c_str(), nullptr, AT_SYMLINK_NOFOLLOW);
  return false;
}

}  // namespace

Result<std::size_t> expose_lost_content(const tree::Layout& layout, const tree::Published& shown,
                                        const util::Limit& limit) {
  GS_TRY(const auto root, util::Folder::open(layout.root));
  GS_TRY(const auto tree, root.open_beneath(util::relative_path(layout.root, shown.tree)));
  GS_TRY(auto hasher, git::ObjectHasher::create());
  const std::string index = layout.root + "/" + worktree_metadata(*shown.revision) + "/index";
  const util::Fd file(::open(index.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
  if (!file) return util::fail(util::sys_error("open " + index));
  std::size_t lost = 0;
  const auto look = [&](const git::IndexEntry& entry) -> Result<void> {
    if (!look_at(entry, tree, hasher)) ++lost;
    return limit.check();
  };
  GS_TRY([[maybe_unused]] const auto info, git::read_index(file.get(), index, look));
  return lost;
}

}  // namespace gitsync::source
