// SPDX-License-Identifier: Apache-2.0
// Tells where another file system is mounted inside a tree.

#pragma once

#include <sys/types.h>

#include <optional>

#include "util/folder.h"

namespace gitsync::util {

struct DirectoryId {
  FileId file;
  uid_t owner = 0;
  mode_t mode = 0;
  bool mount = false;  // something is mounted here, as far as the kernel tells
};

// Of an open directory, or of `path` relative to one; nothing, and errno, if it cannot be told.
std::optional<DirectoryId> identify(int directory);
std::optional<DirectoryId> identify_at(int directory, const char* path);

// Whether `directory`, an entry of `holder`, belongs to another mount: its device differs, or,
// since a bind mount of the same volume has the same one, the kernel calls it the root of a mount.
bool is_mounted(const DirectoryId& directory, const DirectoryId& holder);

}  // namespace gitsync::util
