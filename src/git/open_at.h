// SPDX-License-Identifier: Apache-2.0
// Opens files of a repository for reading, and nothing that is no regular file: a pipe would never
// end.

#pragma once

#include <string>

#include "util/error.h"
#include "util/fd.h"

namespace gitsync::git {

// `name` is relative to `directory`; symlinks are followed, as git does. Errors: kNotFound if there
// is nothing, kCorrupt if it is no regular file, kLocal otherwise; `shown` is what they name.
util::Result<util::Fd> open_file_at(int directory, const std::string& name,
                                    const std::string& shown);

}  // namespace gitsync::git
