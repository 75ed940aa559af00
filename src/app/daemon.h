// SPDX-License-Identifier: Apache-2.0
// The program from validated settings to its end: start-up in the contract's order
// (docs/contract.md#start-up), then the loop. The loop itself is sync/loop.cc.

#pragma once

#include <string>
#include <vector>

#include "app/source_setup.h"
#include "config/config.h"
#include "util/environment.h"
#include "util/resource_limits.h"

namespace gitsync::app {

struct DaemonInput {
  const config::Outcome& configured;
  const util::Environment& environment;
  std::string working_directory;  // absolute
  std::string version;
  SourceMaker make_source = app::make_source;  // tests have others
  util::ResourceLimits inherited_limits = {};  // what harden_limits() returned, for children
};

// How the process is to end.
struct DaemonEnd {
  int exit_status = 0;
  int signal = 0;  // not 0: die by this signal, after everything was cleaned up
};

// Blocks until the program is to end; nothing that it started or created for itself is left.
// To be called while the process has one thread.
DaemonEnd run_daemon(const DaemonInput& input);

}  // namespace gitsync::app
