// SPDX-License-Identifier: Apache-2.0
// What a pass, and what follows it, is told of one repository.

#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "tree/layout.h"
#include "tree/leases.h"

namespace gitsync::sync {

struct PassOptions {
  tree::Layout layout;
  std::string ref;         // for messages
  std::string link;        // absolute
  std::string touch_file;  // absolute; empty: none
  std::chrono::nanoseconds stale_timeout{0};
  std::shared_ptr<const tree::Leases> leases = {};  // of trees that must stay; null: none
};

}  // namespace gitsync::sync
