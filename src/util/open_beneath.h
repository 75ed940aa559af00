// SPDX-License-Identifier: Apache-2.0
// The one way down: opens a directory below another without following any symlink.

#pragma once

#include <string>
#include <string_view>

#include "util/error.h"
#include "util/fd.h"

namespace gitsync::util {

// `path` without empty and "." parts. kInvalid if it is absolute, or has a ".." or a NUL in it.
Result<std::string> path_beneath(std::string_view path);

// Opens the directory `path` (of path_beneath, not empty) below `directory` with O_PATH.
// By openat2(2) in one call, part by part where the kernel has none or a filter of system calls
// refuses it. Fails with ELOOP where a symlink is on the way or at the end, and with ENOTDIR for
// other files. `shown` names the whole path in errors.
Result<Fd> open_beneath(int directory, const std::string& path, const std::string& shown);

}  // namespace gitsync::util
