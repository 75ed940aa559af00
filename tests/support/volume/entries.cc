// SPDX-License-Identifier: Apache-2.0
// Names: looking, making, removing, renaming.
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <thread>

#include "support/volume/volume.h"

namespace gitsync::test::volume {
namespace {

void lookup(fuse_req_t request, fuse_ino_t parent, const char* name) {
  Volume& volume = Volume::of(request);
  Inode& folder = volume.inode(parent);
  if (&folder == &volume.inodes.root() && std::strcmp(name, ".counts") == 0) {
    volume.behaviour.write_counts();
    fuse_reply_err(request, ENOENT);
    return;
  }
  const Settings settings = volume.behaviour.begin("lookup");
  if (const int stale = refuse_handle(folder, settings)) {
    fuse_reply_err(request, stale);
    return;
  }
  if (volume.is_stale(folder, name, settings)) {
    fuse_reply_err(request, ESTALE);
    return;
  }
  volume.reply_entry(request, folder, name, settings);
}

void forget(fuse_req_t request, fuse_ino_t id, std::uint64_t lookups) {
  Volume& volume = Volume::of(request);
  volume.inodes.forget(volume.inode(id), lookups);
  fuse_reply_none(request);
}

void forget_multi(fuse_req_t request, std::size_t count, fuse_forget_data* forgets) {
  Volume& volume = Volume::of(request);
  for (std::size_t i = 0; i < count; ++i) {
    volume.inodes.forget(volume.inode(forgets[i].ino), forgets[i].nlookup);
  }
  fuse_reply_none(request);
}

// Runs `make`, which returns -1 and errno on failure, and answers with what it has made.
template <typename Make>
void make_entry(fuse_req_t request, const char* operation, fuse_ino_t parent, const char* name,
                const Make& make) {
  Volume& volume = Volume::of(request);
  const Settings settings = volume.behaviour.begin(operation);
  Inode& folder = volume.inode(parent);
  if (const int refused = Volume::refuse_change(folder, settings)) {
    fuse_reply_err(request, refused);
    return;
  }
  if (make(folder) != 0) {
    fuse_reply_err(request, errno);
    return;
  }
  Volume::give(request, folder.fd, name, settings);
  volume.reply_entry(request, folder, name, settings);
}

void make_folder(fuse_req_t request, fuse_ino_t parent, const char* name, mode_t mode) {
  make_entry(request, "mkdir", parent, name,
             [&](const Inode& folder) { return ::mkdirat(folder.fd, name, mode); });
}

void make_symlink(fuse_req_t request, const char* target, fuse_ino_t parent, const char* name) {
  make_entry(request, "symlink", parent, name,
             [&](const Inode& folder) { return ::symlinkat(target, folder.fd, name); });
}

void make_node(fuse_req_t request, fuse_ino_t parent, const char* name, mode_t mode, dev_t device) {
  make_entry(request, "mknod", parent, name,
             [&](const Inode& folder) { return ::mknodat(folder.fd, name, mode, device); });
}

void link(fuse_req_t request, fuse_ino_t id, fuse_ino_t parent, const char* name) {
  Volume& volume = Volume::of(request);
  const Settings settings = volume.behaviour.begin("link");
  std::this_thread::sleep_for(settings.link_delay);
  Inode& folder = volume.inode(parent);
  int code = settings.link != 0 ? settings.link : Volume::refuse_change(folder, settings);
  if (code == 0 && ::linkat(volume.inode(id).fd, "", folder.fd, name, AT_EMPTY_PATH) != 0) {
    code = errno;
  }
  if (code != 0) {
    fuse_reply_err(request, code);
    return;
  }
  volume.reply_entry(request, folder, name, settings);
}

void remove(fuse_req_t request, fuse_ino_t parent, const char* name, int flags) {
  Volume& volume = Volume::of(request);
  const Settings settings = volume.behaviour.begin(flags == 0 ? "unlink" : "rmdir");
  Inode& folder = volume.inode(parent);
  int code = Volume::refuse_change(folder, settings);
  const int silly =
      code == 0 && flags == 0 && settings.silly ? volume.inodes.rename_silly(folder.fd, name) : 0;
  if (silly == EBUSY) code = EBUSY;
  if (code == 0 && silly == 0 && ::unlinkat(folder.fd, name, flags) != 0) code = errno;
  fuse_reply_err(request, code);
}

void unlink(fuse_req_t request, fuse_ino_t parent, const char* name) {
  remove(request, parent, name, 0);
}

void remove_folder(fuse_req_t request, fuse_ino_t parent, const char* name) {
  remove(request, parent, name, AT_REMOVEDIR);
}

void rename(fuse_req_t request, fuse_ino_t parent, const char* name, fuse_ino_t new_parent,
            const char* new_name, unsigned int flags) {
  Volume& volume = Volume::of(request);
  const Settings settings = volume.behaviour.begin("rename");
  Inode& from = volume.inode(parent);
  Inode& to = volume.inode(new_parent);
  int code = flags != 0 ? settings.rename_flags : 0;
  if (code == 0) code = Volume::refuse_change(from, settings);
  if (code == 0) code = Volume::refuse_change(to, settings);
  struct stat info{};
  const bool replaces = ::fstatat(to.fd, new_name, &info, AT_SYMLINK_NOFOLLOW) == 0;
  if (code == 0 && flags == 0 && settings.silly) volume.inodes.rename_silly(to.fd, new_name);
  if (code == 0 && ::renameat2(from.fd, name, to.fd, new_name, flags) != 0) code = errno;
  if (code == 0 && replaces) volume.was_replaced(to, new_name);
  fuse_reply_err(request, code);
}

void read_link(fuse_req_t request, fuse_ino_t id) {
  Volume& volume = Volume::of(request);
  const Settings settings = volume.behaviour.begin("readlink");
  const Inode& inode = volume.inode(id);
  std::string target(4096, '\0');
  const auto size = ::readlinkat(inode.fd, "", target.data(), target.size() - 1);
  const int code = size < 0 ? errno : refuse_handle(inode, settings);
  if (code != 0) {
    fuse_reply_err(request, code);
    return;
  }
  target.resize(static_cast<std::size_t>(size));
  fuse_reply_readlink(request, target.c_str());
}

}  // namespace

void add_entries(fuse_lowlevel_ops& operations) {
  operations.lookup = lookup;
  operations.forget = forget;
  operations.forget_multi = forget_multi;
  operations.mkdir = make_folder;
  operations.symlink = make_symlink;
  operations.mknod = make_node;
  operations.link = link;
  operations.unlink = unlink;
  operations.rmdir = remove_folder;
  operations.rename = rename;
  operations.readlink = read_link;
}

}  // namespace gitsync::test::volume
