// SPDX-License-Identifier: Apache-2.0
// How the bytes of an archive arrive.

#pragma once

#include <functional>
#include <string_view>

#include "util/error.h"

namespace gitsync::archive {

// The next piece of a stream, valid until the next call; empty: it has ended. Its errors end the
// reading and are returned as they are.
using Pull = std::function<util::Result<std::string_view>()>;

}  // namespace gitsync::archive
