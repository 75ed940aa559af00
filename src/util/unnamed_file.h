// SPDX-License-Identifier: Apache-2.0
// A file without a name: it is gone with its last descriptor, however the process ends.

#pragma once

#include <string>

#include "util/error.h"
#include "util/fd.h"

namespace gitsync::util {

// Open for reading and writing, mode 0600. On a file system that has none of them (NFS) it has a
// name for a moment. Errors: of open(2).
Result<Fd> open_unnamed(const std::string& directory);

}  // namespace gitsync::util
