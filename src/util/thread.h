// SPDX-License-Identifier: Apache-2.0
// Starts threads: that one cannot be had is an error like others.

#pragma once

#include <functional>
#include <string>
#include <thread>

#include "util/error.h"

namespace gitsync::util {

// Runs `function` in a thread of this name (at most 15 bytes, for ps(1) and dumps), which has the
// caller's signal mask. The thread is joined when the result is destroyed: `function` has to be
// told to end before. Errors: that of pthread_create(3), with a hint.
Result<std::jthread> start_thread(const std::string& name, std::function<void()> function);

}  // namespace gitsync::util
