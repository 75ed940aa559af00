// SPDX-License-Identifier: Apache-2.0
#include "source/git_ownership.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <string_view>

#include "util/fd.h"
#include "util/files.h"
#include "util/text.h"
#include "util/unnamed_file.h"

namespace gitsync::source {
namespace {

using cli::GitDir;
using util::Result;

// What names programs, addresses or other folders, and what is believed to be the history; empty:
// the folder itself. Not the index and the logs: hooks and readers of the root's group may let git
// rewrite them.
constexpr std::array<std::string_view, 17> kParts{
    "",           "/config",       "/config.worktree", "/HEAD",
    "/commondir", "/gitdir",       "/packed-refs",     "/shallow",
    "/objects",   "/objects/pack", "/objects/info",    "/refs",
    "/hooks",     "/info",         "/modules",         "/worktrees",
    "/git-sync"};

// Neither git-sync nor a git of its makes these there; they lead to other folders.
constexpr std::array<std::string_view, 3> kNeverInRepository{
    "/commondir", "/objects/info/alternates", "/objects/info/http-alternates"};
constexpr std::array<std::string_view, 2> kNeverInWorktree{"/objects", "/config"};

bool exists(const std::string& path, struct stat& info) {
  return ::lstat(path.c_str(), &info) == 0;
}

std::optional<Stranger> check_part(const std::string& path, std::optional<uid_t> ours) {
  struct stat info{};
  if (!exists(path, info)) return std::nullopt;
  // A file where git wants a folder is only damaged.
  if (!S_ISDIR(info.st_mode) && !S_ISREG(info.st_mode)) {
    return Stranger{path, S_ISLNK(info.st_mode) ? "it is a symlink" : "it is no file", {}};
  }
  if (!ours || info.st_uid == 0 || info.st_uid == *ours) return std::nullopt;
  return Stranger{path, "it belongs to another user", info.st_uid};
}

template <std::size_t N>
std::optional<Stranger> check_absent(const std::string& folder,
                                     const std::array<std::string_view, N>& names) {
  struct stat info{};
  for (const auto name : names) {
    const std::string path = folder + std::string(name);
    if (exists(path, info)) return Stranger{path, "git-sync never makes it", {}};
  }
  return std::nullopt;
}

std::optional<Stranger> check_shape(const GitDir& dir) {
  if (dir.kind != GitDir::Kind::kWorktree) return check_absent(dir.path, kNeverInRepository);
  const std::string pointer = dir.path + "/commondir";
  const auto text = util::read_file(pointer, 4096);
  if (text && util::trim(*text) != "../..") {
    return Stranger{pointer, "it leads to another repository", {}};
  }
  return check_absent(dir.path, kNeverInWorktree);
}

}  // namespace

Result<uid_t> owner_of_new_files(const std::string& directory) {
  GS_TRY(const auto probe, util::open_unnamed(directory));
  struct stat info{};
  if (::fstat(probe.get(), &info) != 0) return util::fail(util::sys_error("stat in " + directory));
  return info.st_uid;
}

std::optional<Stranger> find_stranger(const std::vector<GitDir>& dirs, std::optional<uid_t> ours) {
  for (const auto& dir : dirs) {
    for (const auto part : kParts) {
      if (auto found = check_part(dir.path + std::string(part), ours)) return found;
    }
    if (auto found = check_shape(dir)) return found;
  }
  return std::nullopt;
}

bool watch_for_strangers(const std::vector<GitDir>& dirs, util::Watched& watched) {
  struct stat info{};
  bool shows = true;
  for (const auto& dir : dirs) {
    for (const auto part : kParts) {
      std::string path = dir.path + std::string(part);
      // What is not there changes the folder when it comes.
      if (!exists(path, info)) continue;
      shows = shows && part != "/modules";
      watched.add(std::move(path));
    }
  }
  return shows;
}

bool is_owned(const std::string& path, std::optional<uid_t> ours) {
  struct stat info{};
  return !ours || !exists(path, info) || info.st_uid == 0 || info.st_uid == *ours;
}

}  // namespace gitsync::source
