// SPDX-License-Identifier: Apache-2.0
// Which other folders of objects a folder borrows from (gitrepository-layout(5),
// "objects/info/alternates").

#pragma once

#include <string>
#include <vector>

#include "util/error.h"

namespace gitsync::git {

// `objects` and all folders that it borrows from, directly or through others, each once and as git
// would ask them: paths that may not exist. git warns of those that lie deeper than it goes, and so
// they are left out. `objects` must be absolute.
// Errors: kNotUnderstood for quoted paths and for more than 64 folders.
util::Result<std::vector<std::string>> with_alternates(const std::string& objects);

}  // namespace gitsync::git
