// SPDX-License-Identifier: Apache-2.0
// Attributes, contents and locks of files.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <array>
#include <cerrno>

#include "support/volume/volume.h"

namespace gitsync::test::volume {
namespace {

int fd_of(const fuse_file_info* file) { return static_cast<int>(file->fh); }

void reply_attributes(fuse_req_t request, const Inode& inode, const Settings& settings) {
  struct stat info{};
  if (::fstat(inode.fd, &info) != 0) {
    fuse_reply_err(request, errno);
  } else {
    fuse_reply_attr(request, &info, seconds(settings));
  }
}

void get_attributes(fuse_req_t request, fuse_ino_t id, fuse_file_info* /*file*/) {
  Volume& volume = Volume::of(request);
  const Settings settings = volume.behaviour.begin("getattr");
  const Inode& inode = volume.inode(id);
  if (const int stale = refuse_handle(inode, settings)) {
    fuse_reply_err(request, stale);
    return;
  }
  reply_attributes(request, inode, settings);
}

int set_times(const Inode& inode, const struct stat& wanted, int what) {
  std::array<timespec, 2> times{timespec{.tv_sec = 0, .tv_nsec = UTIME_OMIT},
                                timespec{.tv_sec = 0, .tv_nsec = UTIME_OMIT}};
  if ((what & FUSE_SET_ATTR_ATIME) != 0) times[0] = wanted.st_atim;
  if ((what & FUSE_SET_ATTR_MTIME) != 0) times[1] = wanted.st_mtim;
  if ((what & FUSE_SET_ATTR_ATIME_NOW) != 0) times[0].tv_nsec = UTIME_NOW;
  if ((what & FUSE_SET_ATTR_MTIME_NOW) != 0) times[1].tv_nsec = UTIME_NOW;
  return ::utimensat(inode.fd, "", times.data(), AT_EMPTY_PATH);
}

int set(const Inode& inode, const struct stat& wanted, int what, const Settings& settings) {
  constexpr int kOwner = FUSE_SET_ATTR_UID | FUSE_SET_ATTR_GID;
  if ((what & FUSE_SET_ATTR_MODE) != 0) {
    if (settings.change_mode != 0) return settings.change_mode;
    if (::chmod(path_of(inode).c_str(), wanted.st_mode & 07777) != 0) return errno;
  }
  if ((what & kOwner) != 0) {
    if (settings.change_owner != 0 || settings.squash) {
      return settings.change_owner != 0 ? settings.change_owner : EPERM;
    }
    const uid_t user = (what & FUSE_SET_ATTR_UID) != 0 ? wanted.st_uid : static_cast<uid_t>(-1);
    const gid_t group = (what & FUSE_SET_ATTR_GID) != 0 ? wanted.st_gid : static_cast<gid_t>(-1);
    if (::fchownat(inode.fd, "", user, group, AT_EMPTY_PATH) != 0) return errno;
  }
  if ((what & FUSE_SET_ATTR_SIZE) != 0 && ::truncate(path_of(inode).c_str(), wanted.st_size) != 0) {
    return errno;
  }
  constexpr int kTimes =
      FUSE_SET_ATTR_ATIME | FUSE_SET_ATTR_MTIME | FUSE_SET_ATTR_ATIME_NOW | FUSE_SET_ATTR_MTIME_NOW;
  return (what & kTimes) != 0 && set_times(inode, wanted, what) != 0 ? errno : 0;
}

void set_attributes(fuse_req_t request, fuse_ino_t id, struct stat* wanted, int what,
                    fuse_file_info* /*file*/) {
  Volume& volume = Volume::of(request);
  const Settings settings = volume.behaviour.begin("setattr");
  const Inode& inode = volume.inode(id);
  int code = refuse_handle(inode, settings);
  if (code == 0) code = set(inode, *wanted, what, settings);
  if (code != 0) {
    fuse_reply_err(request, code);
    return;
  }
  reply_attributes(request, inode, settings);
}

void open(fuse_req_t request, fuse_ino_t id, fuse_file_info* file) {
  Volume& volume = Volume::of(request);
  const Settings settings = volume.behaviour.begin("open");
  Inode& inode = volume.inode(id);
  int code = refuse_handle(inode, settings);
  const int fd = code != 0 ? -1
                           : ::open(path_of(inode).c_str(),
                                    (file->flags & ~(O_NOFOLLOW | O_CREAT | O_EXCL)) | O_CLOEXEC);
  if (code == 0 && fd < 0) code = errno;
  if (code != 0) {
    fuse_reply_err(request, code);
    return;
  }
  volume.inodes.opened(inode);
  file->fh = static_cast<std::uint64_t>(fd);
  fuse_reply_open(request, file);
}

void create(fuse_req_t request, fuse_ino_t parent, const char* name, mode_t mode,
            fuse_file_info* file) {
  Volume& volume = Volume::of(request);
  const Settings settings = volume.behaviour.begin("create");
  Inode& folder = volume.inode(parent);
  int code = Volume::refuse_change(folder, settings);
  const int fd =
      code != 0 ? -1
                : ::openat(folder.fd, name, file->flags | O_CREAT | O_NOFOLLOW | O_CLOEXEC, mode);
  if (code == 0 && fd < 0) code = errno;
  if (code != 0) {
    fuse_reply_err(request, code);
    return;
  }
  Volume::give(request, folder.fd, name, settings);
  fuse_entry_param entry{};
  ::fstat(fd, &entry.attr);
  const int handle = ::openat(folder.fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  Inode& inode = volume.inodes.remember(handle, entry.attr);
  volume.inodes.opened(inode);
  entry.ino = volume.id(inode);
  entry.attr_timeout = entry.entry_timeout = seconds(settings);
  file->fh = static_cast<std::uint64_t>(fd);
  fuse_reply_create(request, &entry, file);
}

void release(fuse_req_t request, fuse_ino_t id, fuse_file_info* file) {
  Volume& volume = Volume::of(request);
  ::close(fd_of(file));
  volume.inodes.closed(volume.inode(id));
  fuse_reply_err(request, 0);
}

void read(fuse_req_t request, fuse_ino_t /*id*/, std::size_t size, off_t offset,
          fuse_file_info* file) {
  Volume::of(request).behaviour.begin("read");
  std::string bytes(size, '\0');
  const auto got = ::pread(fd_of(file), bytes.data(), size, offset);
  if (got < 0) {
    fuse_reply_err(request, errno);
  } else {
    fuse_reply_buf(request, bytes.data(), static_cast<std::size_t>(got));
  }
}

void write(fuse_req_t request, fuse_ino_t /*id*/, const char* bytes, std::size_t size, off_t offset,
           fuse_file_info* file) {
  Volume::of(request).behaviour.begin("write");
  const auto done = ::pwrite(fd_of(file), bytes, size, offset);
  if (done < 0) {
    fuse_reply_err(request, errno);
  } else {
    fuse_reply_write(request, static_cast<std::size_t>(done));
  }
}

void flush(fuse_req_t request, fuse_ino_t /*id*/, fuse_file_info* /*file*/) {
  Volume::of(request).behaviour.begin("flush");
  fuse_reply_err(request, 0);
}

void synchronize(fuse_req_t request, fuse_ino_t /*id*/, int /*data*/, fuse_file_info* file) {
  Volume::of(request).behaviour.begin("fsync");
  fuse_reply_err(request, ::fsync(fd_of(file)) == 0 ? 0 : errno);
}

void get_lock(fuse_req_t request, fuse_ino_t /*id*/, fuse_file_info* file, struct flock* lock) {
  const Settings settings = Volume::of(request).behaviour.begin("lock");
  lock->l_pid = 0;
  int code = settings.lock;
  if (code == 0 && ::fcntl(fd_of(file), F_OFD_GETLK, lock) != 0) code = errno;
  if (code != 0) {
    fuse_reply_err(request, code);
    return;
  }
  fuse_reply_lock(request, lock);
}

void set_lock(fuse_req_t request, fuse_ino_t /*id*/, fuse_file_info* file, struct flock* lock,
              int /*sleep*/) {
  const Settings settings = Volume::of(request).behaviour.begin("lock");
  lock->l_pid = 0;
  int code = lock->l_type == F_UNLCK ? 0 : settings.lock;
  if (code == 0 && ::fcntl(fd_of(file), F_OFD_SETLK, lock) != 0) code = errno;
  fuse_reply_err(request, code);
}

void lock_whole(fuse_req_t request, fuse_ino_t /*id*/, fuse_file_info* file, int operation) {
  const Settings settings = Volume::of(request).behaviour.begin("lock");
  int code = (operation & LOCK_UN) != 0 ? 0 : settings.lock;
  if (code == 0 && ::flock(fd_of(file), operation | LOCK_NB) != 0) code = errno;
  fuse_reply_err(request, code);
}

void statistics(fuse_req_t request, fuse_ino_t id) {
  struct statvfs info{};
  if (::fstatvfs(Volume::of(request).inode(id).fd, &info) != 0) {
    fuse_reply_err(request, errno);
  } else {
    fuse_reply_statfs(request, &info);
  }
}

}  // namespace

void add_files(fuse_lowlevel_ops& operations) {
  operations.getattr = get_attributes;
  operations.setattr = set_attributes;
  operations.open = open;
  operations.create = create;
  operations.release = release;
  operations.read = read;
  operations.write = write;
  operations.flush = flush;
  operations.fsync = synchronize;
  operations.getlk = get_lock;
  operations.setlk = set_lock;
  operations.flock = lock_whole;
  operations.statfs = statistics;
}

}  // namespace gitsync::test::volume
