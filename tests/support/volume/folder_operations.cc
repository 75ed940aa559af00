// SPDX-License-Identifier: Apache-2.0
// Reading folders.
#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

#include "support/volume/volume.h"

namespace gitsync::test::volume {
namespace {

DIR* stream_of(const fuse_file_info* file) {
  // NOLINTNEXTLINE(performance-no-int-to-ptr): what fh is for
  return reinterpret_cast<DIR*>(file->fh);
}

void open_folder(fuse_req_t request, fuse_ino_t id, fuse_file_info* file) {
  Volume& volume = Volume::of(request);
  const Settings settings = volume.behaviour.begin("opendir");
  const Inode& inode = volume.inode(id);
  if (const int stale = refuse_handle(inode, settings)) {
    fuse_reply_err(request, stale);
    return;
  }
  const int fd = ::openat(inode.fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  DIR* const stream = fd < 0 ? nullptr : ::fdopendir(fd);
  if (stream == nullptr) {
    fuse_reply_err(request, errno);
    return;
  }
  file->fh = reinterpret_cast<std::uint64_t>(stream);
  fuse_reply_open(request, file);
}

void read_folder(fuse_req_t request, fuse_ino_t /*id*/, std::size_t size, off_t offset,
                 fuse_file_info* file) {
  const Settings settings = Volume::of(request).behaviour.begin("readdir");
  DIR* const stream = stream_of(file);
  ::seekdir(stream, offset);
  std::string buffer(size, '\0');
  std::size_t used = 0;
  while (const dirent* const entry = ::readdir(stream)) {
    struct stat info{};
    info.st_ino = entry->d_ino;
    info.st_mode = settings.no_types ? 0 : static_cast<mode_t>(DTTOIF(entry->d_type));
    const std::size_t needed = fuse_add_direntry(request, buffer.data() + used, size - used,
                                                 entry->d_name, &info, ::telldir(stream));
    if (needed > size - used) break;
    used += needed;
  }
  fuse_reply_buf(request, buffer.data(), used);
}

void release_folder(fuse_req_t request, fuse_ino_t /*id*/, fuse_file_info* file) {
  ::closedir(stream_of(file));
  fuse_reply_err(request, 0);
}

void synchronize_folder(fuse_req_t request, fuse_ino_t /*id*/, int /*data*/, fuse_file_info* file) {
  const Settings settings = Volume::of(request).behaviour.begin("fsyncdir");
  int code = settings.synchronize;
  if (code == 0 && ::fsync(::dirfd(stream_of(file))) != 0) code = errno;
  fuse_reply_err(request, code);
}

}  // namespace

void add_folders(fuse_lowlevel_ops& operations) {
  operations.opendir = open_folder;
  operations.readdir = read_folder;
  operations.releasedir = release_folder;
  operations.fsyncdir = synchronize_folder;
}

}  // namespace gitsync::test::volume
