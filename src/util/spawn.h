// SPDX-License-Identifier: Apache-2.0
// Starts a program: everything between fork(2) and execve(2). util/process.h runs it to its end.

#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

#include "util/environment.h"
#include "util/error.h"
#include "util/resource_limits.h"

namespace gitsync::util {

struct SpawnOptions {
  std::vector<std::string> argv;  // argv[0] as for find_program()
  Environment environment;
  std::string working_directory;  // empty: ours
  // Become the child's 0, 1 and 2. Each above 2, which app/signals.h makes sure of.
  int standard_input = -1;
  int standard_output = -1;
  int standard_error = -1;
  ResourceLimits limits = {};  // set for the child; all others are ours
};

// Starts the program as the leader of a session and group of its own, so that it cannot prompt on
// a terminal of ours, with default dispositions and an empty mask, and with no descriptor but those
// three: libraries and whoever started us do not always say close-on-exec. Returns once it runs.
//
// The child gets SIGTERM if the calling thread ends before it, so that a killed git-sync leaves no
// git at work in its root: wait for the child in the thread that started it. What the child starts
// itself is not concerned, since fork(2) clears PR_SET_PDEATHSIG.
//
// Not posix_spawn(3): it can do neither of the two, and where it sets all dispositions to default
// glibc leaves signals 32 and 33 ignored. Errors name the program or the directory. Thread-safe.
Result<pid_t> spawn(const SpawnOptions& options);

// The file that a name stands for: itself if it has a slash, else the first executable of that name
// in our PATH. Relative elements of PATH are skipped: they would mean the child's directory,
// which is the repository's content. Errors: kNotFound; kLocal with EACCES if none is executable.
Result<std::string> find_program(const std::string& name);

}  // namespace gitsync::util
