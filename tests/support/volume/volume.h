// SPDX-License-Identifier: Apache-2.0
// The operations of the shared volume, over libfuse's low-level interface (fuse_lowlevel.h).

#pragma once

#include <sys/stat.h>

#include <map>
#include <mutex>
#include <string>
#include <utility>

#define FUSE_USE_VERSION 312
#include <fuse_lowlevel.h>

#include "support/volume/behaviour.h"
#include "support/volume/inodes.h"

namespace gitsync::test::volume {

// What a request needs. One a mount, the session's user data.
struct Volume {
  Behaviour behaviour;
  Inodes inodes;
  // Names that were replaced, by folder, and how often they were looked at since.
  std::mutex mutex;
  std::map<std::pair<ino_t, std::string>, int> replaced;

  Volume(int root, std::string control, std::string counts)
      : behaviour(std::move(control), std::move(counts)), inodes(root) {}

  static Volume& of(fuse_req_t request);
  Inode& inode(fuse_ino_t id);
  fuse_ino_t id(Inode& inode);

  // From now on looks at this name may fail.
  void was_replaced(Inode& folder, const char* name);
  bool is_stale(Inode& folder, const char* name, const Settings& settings);

  // Answers with the entry, or with errno.
  void reply_entry(fuse_req_t request, Inode& folder, const char* name, const Settings& settings);
  // 0, or why nothing may be made or removed in the folder.
  static int refuse_change(const Inode& folder, const Settings& settings);
  // Gives what a request has made to its caller.
  static void give(fuse_req_t request, int folder, const char* name, const Settings& settings);
};

// ESTALE if the file is not on the volume any more, and nobody holds it open here.
int refuse_handle(const Inode& inode, const Settings& settings);

std::string path_of(const Inode& inode);  // below /proc
inline double seconds(const Settings& settings) { return settings.cache; }

void add_entries(fuse_lowlevel_ops& operations);  // entries.cc
void add_files(fuse_lowlevel_ops& operations);    // file_operations.cc
void add_folders(fuse_lowlevel_ops& operations);  // folder_operations.cc

}  // namespace gitsync::test::volume
