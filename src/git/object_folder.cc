// SPDX-License-Identifier: Apache-2.0
#include "git/object_folder.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "git/loose_object.h"
#include "git/not_understood.h"
#include "git/open_at.h"
#include "util/descriptor_io.h"
#include "util/stale.h"
#include "util/text.h"

namespace gitsync::git {

using util::Result;

namespace {

constexpr int kTries = 5;
// Time stamps of files are as coarse as a tick of the kernel, on some file systems two seconds.
constexpr time_t kCoarsest = 3;

bool is_later(const timespec& a, const timespec& b) {
  return a.tv_sec != b.tv_sec ? a.tv_sec > b.tv_sec : a.tv_nsec > b.tv_nsec;
}

bool is_same(const timespec& a, const timespec& b) {
  return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

// When something was last added to or taken from the folder `pack`.
std::optional<timespec> time_of_packs(int objects) {
  struct stat info{};
  if (util::despite_stale([&] { return ::fstatat(objects, "pack", &info, 0); }) != 0)
    return std::nullopt;
  return info.st_mtim;
}

std::optional<std::string> stem_of(const std::string& name, std::string_view extension) {
  // git repack gives its unfinished files names with a dot before them.
  if (!name.ends_with(extension) || name.starts_with('.')) return std::nullopt;
  return name.substr(0, name.size() - extension.size());
}

}  // namespace

Result<ObjectFolder> ObjectFolder::open(const std::string& path) {
  util::Fd fd(
      util::despite_stale([&] { return ::open(path.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC); }));
  if (!fd) return util::fail(util::sys_error("open " + path));
  struct stat info{};
  if (::fstat(fd.get(), &info) != 0) return util::fail(util::sys_error("open " + path));
  return ObjectFolder(std::move(fd), {.device = info.st_dev, .inode = info.st_ino}, path);
}

bool ObjectFolder::has_changed() const {
  const auto now = time_of_packs(fd_.get());
  return now ? !settled_ || !is_same(*now, listed_) : !packs_.empty();
}

Result<std::optional<util::Fd>> ObjectFolder::open_loose(const ObjectId& id) const {
  const std::string path = loose_path(id);
  auto fd = open_file_at(fd_.get(), path, path_ + "/" + path);
  if (fd) return std::move(*fd);
  if (fd.error().kind == util::ErrorKind::kNotFound) return std::nullopt;
  return util::fail(std::move(fd).error());
}

Result<void> ObjectFolder::for_each_loose(const std::function<void(const ObjectId&)>& visit) const {
  GS_TRY(const auto folder, util::Folder::open(path_));
  for (unsigned byte = 0; byte < 256; ++byte) {
    const char first = static_cast<char>(byte);
    const std::string prefix = util::to_hex({&first, 1});
    const auto files = folder.open_beneath(prefix);
    if (!files && files.error().kind == util::ErrorKind::kNotFound) continue;
    if (!files) return util::fail(files.error());
    GS_TRY_VOID(files->for_each_entry([&](std::string_view name) {
      if (const auto id = ObjectId::from_hex(prefix + std::string(name))) visit(*id);
      return util::Walk::kGoOn;
    }));
  }
  return {};
}

// Of all packs with an index, without their extension. Empty if there is no folder of packs.
Result<std::vector<std::string>> ObjectFolder::names() {
  const auto time = time_of_packs(fd_.get());
  timespec now{};
  ::clock_gettime(CLOCK_REALTIME, &now);
  listed_ = time.value_or(timespec{});
  settled_ = listed_.tv_sec + kCoarsest < now.tv_sec;
  promises_ = false;
  util::Fd folder(util::despite_stale(
      [&] { return ::openat(fd_.get(), "pack", O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
  if (!folder) {
    if (errno == ENOENT) return std::vector<std::string>{};
    return util::fail(util::sys_error("open " + path_ + "/pack"));
  }
  GS_TRY(const auto all, util::sorted_names(std::move(folder), path_ + "/pack"));
  std::vector<std::string> stems;
  for (const auto& name : all) {
    if (stem_of(name, ".promisor")) promises_ = true;
    const auto stem = stem_of(name, ".idx");
    if (stem && std::ranges::binary_search(all, *stem + ".pack")) stems.push_back(*stem);
  }
  return stems;
}

// False if a pack was removed between reading its name and opening it.
Result<bool> ObjectFolder::try_load(std::uint64_t& numbers) {
  GS_TRY(const auto stems, names());
  if (stems.size() > kMaxPacks) return not_understood("too many packs in " + path_);
  packs_.remove_if(
      [&](const PackFile& pack) { return std::ranges::find(stems, pack.name()) == stems.end(); });
  const util::Fd folder(util::despite_stale(
      [&] { return ::openat(fd_.get(), "pack", O_PATH | O_DIRECTORY | O_CLOEXEC); }));
  for (const auto& stem : stems) {
    if (std::ranges::any_of(packs_, [&](const PackFile& p) { return p.name() == stem; })) continue;
    auto pack = PackFile::open(folder.get(), stem, path_ + "/pack", ++numbers);
    if (!pack && pack.error().kind == util::ErrorKind::kNotFound) return false;
    if (!pack) return util::fail(std::move(pack).error());
    packs_.push_back(std::move(*pack));
  }
  return true;
}

Result<void> ObjectFolder::load(std::uint64_t& numbers) {
  for (int i = 0; i < kTries; ++i) {
    GS_TRY(const bool all, try_load(numbers));
    if (!all) continue;
    // New objects are wanted more often than old ones.
    packs_.sort(
        [](const PackFile& a, const PackFile& b) { return is_later(a.modified(), b.modified()); });
    return {};
  }
  return util::fail(util::ErrorKind::kBusy, "packs in " + path_ + " keep vanishing");
}

}  // namespace gitsync::git
