// SPDX-License-Identifier: Apache-2.0
// Why the program of a hook could not be started: the system's words name the file that was asked
// for, whatever it was that was missing.

#pragma once

#include <string>

#include "util/error.h"

namespace gitsync::hook {

// `command` as in ExecHookOptions, `directory` the one that it was to run in, `error` that of
// starting it. kUnknown if it may have been started.
util::Cause why_not_started(const std::string& command, const std::string& directory,
                            const util::Error& error);

// The same of a command that ended by itself: an interpreter that was found by env(1), or was not.
util::Cause why_ended(const std::string& command, const std::string& directory, int exit_status);

}  // namespace gitsync::hook
