// SPDX-License-Identifier: Apache-2.0
// Ways to files that the user named, such as the touch-file and the error file, which may lead
// through a root that others may write too.

#pragma once

#include <string>

#include "util/error.h"
#include "util/folder.h"

namespace gitsync::util {

// What must not lead astray.
struct SafeWay {
  std::string root;  // absolute, symlinks resolved; it may be missing
  std::string link;  // the published link, absolute, in the root or elsewhere; empty: none
};

// Which folders that are missing on the way are made (0775 before umask).
enum class Missing { kFail, kMakeLast, kMakeAll };

// Opens the folder `path` (absolute) for a file of the user's.
//
// Outside the root the way is the user's own: symlinks are followed as everywhere. From the root
// on nothing is believed: each part is opened without following symlinks (ELOOP), also where a
// symlink outside leads into the root. The one exception is the published link itself: it may be
// followed once, and only into the root, since a file below it is a setting that people use.
// Neither the link nor what it points to is ever made (kNotFound before anything is published).
//
// What comes back is held by descriptor: use it with a name, not its path.
Result<Folder> open_folder_safely(const std::string& path, const SafeWay& way,
                                  Missing missing = Missing::kFail);

// touch() of files.h for such a file, with all folders on its way. A symlink at the end is
// followed outside the root, as are those before, and refused in it.
Result<void> touch_safely(const std::string& file, const SafeWay& way);

}  // namespace gitsync::util
