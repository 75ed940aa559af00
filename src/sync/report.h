// SPDX-License-Identifier: Apache-2.0
// What a successful pass did, and how long its steps took.

#pragma once

#include <chrono>
#include <string>

#include "tree/revision.h"

namespace gitsync::sync {

enum class Outcome {
  kPublished,  // something else is published than before
  kConfirmed,  // the first success of this process: what is published is the right thing
  kUnchanged,  // nothing was done
};

struct Report {
  tree::Revision revision;
  std::string tree;  // absolute
  Outcome outcome = Outcome::kUnchanged;
  bool immutable = false;      // there will never be anything else to publish
  bool owes_snapshot = false;  // it could not be offered yet
  std::chrono::nanoseconds fetch{0};
  std::chrono::nanoseconds build{0};
  std::chrono::nanoseconds publish{0};
};

}  // namespace gitsync::sync
