// SPDX-License-Identifier: Apache-2.0
// Compresses what is whole in memory to a zlib stream (RFC 1950), by libdeflate.

#pragma once

#include <string>
#include <string_view>

#include "util/error.h"

namespace gitsync::git {

// kLocal if there is no memory.
util::Result<std::string> deflate_whole(std::string_view bytes);

}  // namespace gitsync::git
