// SPDX-License-Identifier: Apache-2.0
// The minimal init that the program becomes when it is process 1 of a container: it runs itself
// again as a child, passes signals on and reaps orphans. Contract: docs/contract.md#pid1.

#pragma once

#include "util/resource_limits.h"

namespace gitsync::app {

// The exit status when the machinery itself fails: the child cannot be started or signalled.
inline constexpr int kInitFailed = 127;

// Whether this process is the first of its PID namespace. To be asked before anything else is
// done, --version included.
bool is_init() noexcept;

// Runs this program again with the same arguments, environment and standard streams, and stays
// until that child has ended. Returns the exit status to end with: the child's, or 128 plus the
// signal that killed it, or kInitFailed after one line on stderr.
//
// No code runs in a signal handler: all signals are blocked here and taken one by one. The child
// starts with the mask and the dispositions that this process inherited. To be called while the
// process has one thread. `inherited`: what util::harden_limits() returned; the child gets it back.
int run_as_init(char* const* argv, const util::ResourceLimits& inherited);

// The same for any `program`, as process 1 or not. Orphans arrive only at process 1 and at a
// "child subreaper" (prctl(2)).
int supervise(const char* program, char* const* argv, const util::ResourceLimits& limits = {});

}  // namespace gitsync::app
