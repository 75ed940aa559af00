// SPDX-License-Identifier: Apache-2.0
#include "git/lock_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <thread>
#include <utility>

#include "util/descriptor_io.h"
#include "util/stale.h"

namespace gitsync::git {

using util::Result;

namespace {

constexpr int kPatientTries = 11;
constexpr std::chrono::milliseconds kBetween{10};

util::Fd create(const util::Folder::Place& place) {
  constexpr int kFlags = O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW;
  return util::Fd(util::despite_stale(
      [&] { return ::openat(place.fd, (place.name + ".lock").c_str(), kFlags, 0666); }));
}

}  // namespace

Result<LockFile> LockFile::take(const util::Folder& directory, std::string_view path,
                                Patience patience) {
  const int tries = patience == Patience::kShort ? kPatientTries : 1;
  GS_TRY(auto place, directory.place_of(path));
  std::string shown = directory.path_of(path);
  util::Fd file = create(place);
  for (int i = 1; !file && errno == EEXIST && i < tries; ++i) {
    std::this_thread::sleep_for(kBetween);
    file = create(place);
  }
  if (!file && errno == EEXIST) {
    return util::fail(util::ErrorKind::kBusy, shown + ".lock is somebody else's");
  }
  if (!file) return util::fail(util::sys_error("create " + shown + ".lock"));
  return LockFile(std::move(place), std::move(shown), std::move(file));
}

LockFile::~LockFile() {
  if (file_) ::unlinkat(place_.fd, (place_.name + ".lock").c_str(), 0);
}

Result<void> LockFile::commit(std::string_view content) {
  GS_TRY_VOID(util::write_all(file_.get(), content, shown()));
  return commit(util::Durability::kSynced);
}

Result<void> LockFile::commit(util::Durability durability) {
  const bool synced = durability == util::Durability::kSynced;
  if (synced && ::fsync(file_.get()) != 0) return util::fail(util::sys_error("sync " + shown()));
  if (util::despite_stale([&] {
        return ::renameat(place_.fd, (place_.name + ".lock").c_str(), place_.fd,
                          place_.name.c_str());
      }) != 0) {
    return util::fail(util::sys_error("replace " + shown_));
  }
  file_.reset();
  return synced ? util::sync_directory_at(place_.fd, ".", shown_) : Result<void>{};
}

}  // namespace gitsync::git
