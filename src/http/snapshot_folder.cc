// SPDX-License-Identifier: Apache-2.0
#include "http/snapshot_folder.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <utility>

#include "util/descriptor_io.h"
#include "util/file_stamp.h"
#include "util/files.h"
#include "util/sha256.h"

namespace gitsync::http {
namespace {

using util::ErrorKind;
using util::fail;
using util::Result;

std::unexpected<util::Error> not_found(const std::string& name) {
  return fail(ErrorKind::kNotFound, name + ": no such snapshot");
}

std::string tag_of(const struct stat& info) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "\"%llx-%llx-%llx\"",
                static_cast<unsigned long long>(info.st_ino),
                static_cast<unsigned long long>(info.st_size),
                static_cast<unsigned long long>(util::FileStamp::nanoseconds(info.st_mtim)));
  return text.data();
}

Result<void> read_pointer(const std::string& name, SnapshotFile& file) {
  GS_TRY(file.content, util::read_all(file.fd.get(), name, SnapshotFolder::kMostPointerBytes));
  file.size = file.content.size();
  file.entity_tag = '"' + util::sha256_hex(file.content) + '"';
  file.fd.reset();
  return {};
}

}  // namespace

Result<SnapshotFolder> SnapshotFolder::open(const std::string& path) {
  GS_TRY_VOID(util::make_directories(path));
  SnapshotFolder folder(path);
  GS_TRY_VOID(folder.open_folder());
  return folder;
}

Result<void> SnapshotFolder::open_folder() {
  util::Fd fd(::open(path_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  if (!fd) return fail(util::sys_error("open " + path_));
  fd_ = std::move(fd);
  return {};
}

// Not blocking: a pipe of this name must not hold up the server.
util::Fd SnapshotFolder::open_file(const std::string& name) const {
  constexpr int kFlags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
  return util::Fd(::openat(fd_.get(), name.c_str(), kFlags));
}

Result<SnapshotFile> SnapshotFolder::file(const std::string& name) {
  const auto kind = kind_of_snapshot(name);
  if (!kind) return not_found(name);
  SnapshotFile file{.kind = *kind};
  file.fd = open_file(name);
  int code = errno;
  if (!file.fd && code == ENOENT && open_folder()) {
    file.fd = open_file(name);
    code = errno;
  }
  if (!file.fd) {
    if (code == ENOENT || code == ELOOP || code == ENXIO) return not_found(name);
    return fail(util::sys_error("open " + name, code));
  }
  struct stat info{};
  if (::fstat(file.fd.get(), &info) != 0) return fail(util::sys_error("stat " + name));
  if (!S_ISREG(info.st_mode)) return not_found(name);
  if (*kind == SnapshotKind::kPointer) {
    GS_TRY_VOID(read_pointer(name, file));
    return file;
  }
  file.size = static_cast<std::uint64_t>(info.st_size);
  file.entity_tag = tag_of(info);
  return file;
}

}  // namespace gitsync::http
