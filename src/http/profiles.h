// SPDX-License-Identifier: Apache-2.0
// /debug/pprof/: the paths of a Go program's profiles, answered with what is useful of a C++
// process. Nothing here costs more than reading some files of /proc/self.

#pragma once

#include <string>
#include <vector>

#include "http/routes.h"

namespace gitsync::http {

// `command_line` is shown as it is.
Routes profile_routes(const std::string& version, const std::vector<std::string>& command_line);

}  // namespace gitsync::http
