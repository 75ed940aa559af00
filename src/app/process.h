// SPDX-License-Identifier: Apache-2.0
// What the repositories of a process share.

#pragma once

#include <string>

#include "util/environment.h"
#include "util/event.h"
#include "util/forced_end.h"
#include "util/process.h"
#include "util/resource_limits.h"

namespace gitsync::app {

// All of it outlives the repositories.
struct Process {
  const util::Environment& environment;
  const std::string& working_directory;  // absolute
  util::ProcessRunner& processes;
  util::ForcedEnd& forced_end;
  const util::ResourceLimits& limits;  // that children get back
  const util::Event& stop;
};

}  // namespace gitsync::app
