// SPDX-License-Identifier: Apache-2.0
// The files that the kernel knows of a volume, each by a descriptor: what a file handle is to NFS.

#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace gitsync::test::volume {

struct Inode {
  int fd = -1;  // O_PATH
  dev_t device = 0;
  ino_t number = 0;
  std::uint64_t lookups = 0;
  int openings = 0;       // by this client
  int silly_parent = -1;  // where it lies as silly_name, until it is closed
  std::string silly_name;
};

// Thread-safe; an Inode is valid as long as the kernel holds lookups of it.
class Inodes {
 public:
  explicit Inodes(int root);

  Inode& root() { return root_; }
  // Takes `fd`, which is closed if the file is known. Counts a lookup.
  Inode& remember(int fd, const struct stat& info);
  void forget(Inode& inode, std::uint64_t lookups);

  void opened(Inode& inode);
  // At the last closing what was renamed is removed.
  void closed(Inode& inode);
  // If this client has the entry open: renames it to .nfs*, in its folder. Returns 0 if it did
  // not, 1 if it did, EBUSY if the entry is such a name already.
  int rename_silly(int parent, const char* name);

 private:
  Inode root_;
  std::mutex mutex_;
  std::map<std::pair<dev_t, ino_t>, Inode> known_;
  unsigned long next_ = 0;
};

}  // namespace gitsync::test::volume
