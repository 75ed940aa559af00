// SPDX-License-Identifier: Apache-2.0
// The end by SIGQUIT and its like: what an operator can see of a program that seems stuck.

#pragma once

#include <string>

namespace gitsync::app {

// One line a thread: number, name, state, and the kernel function it waits in where that is
// readable.
std::string describe_threads();

// Writes the signal's name and the threads to stderr, without waiting long for a stuck reader.
void write_dump(int signal);

}  // namespace gitsync::app
