// SPDX-License-Identifier: Apache-2.0
// Whether one of some files was changed or replaced.

#pragma once

#include <string>
#include <vector>

#include "util/file_stamp.h"

namespace gitsync::source {

// Of stat(2): symlinks are followed, so that a turn of the ..data link of a mounted Secret is seen.
std::vector<util::FileStamp> file_stamps(const std::vector<std::string>& paths);

}  // namespace gitsync::source
