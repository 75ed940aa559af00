// SPDX-License-Identifier: Apache-2.0
// A pack that is still arriving, as those see it who read back what is there already.

#pragma once

#include <string>
#include <utility>

#include "git/pack_table.h"
#include "util/fd.h"

namespace gitsync::git {

// Shared by the thread that receives and those that read; see PackTable.
struct ReceivedObjects {
  ReceivedObjects(util::Fd file, std::string path) : fd(std::move(file)), shown(std::move(path)) {}

  util::Fd fd;
  std::string shown;  // the path of the file, for errors
  PackTable table;
};

}  // namespace gitsync::git
