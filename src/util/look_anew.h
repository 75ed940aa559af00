// SPDX-License-Identifier: Apache-2.0
// What another machine has changed on a network volume.

#pragma once

#include <string>

namespace gitsync::util {

// Has what this machine remembers of the folder's names checked by the server of a network volume:
// opening the folder is the way to ask for that (close-to-open, nfs(5)). Else names that another
// machine has changed are believed for up to a minute. A failure is no matter here: whoever looks
// there next meets it too.
void look_anew(const std::string& directory);

}  // namespace gitsync::util
