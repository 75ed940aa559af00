// SPDX-License-Identifier: Apache-2.0
#include "util/thread.h"

#include <pthread.h>

#include <system_error>
#include <utility>

namespace gitsync::util {

Result<std::jthread> start_thread(const std::string& name, std::function<void()> function) {
  try {
    return std::jthread([name, function = std::move(function)] {
      ::pthread_setname_np(::pthread_self(), name.c_str());
      function();
    });
  } catch (const std::system_error& failure) {
    auto error = sys_error("start thread " + name, failure.code().value());
    error.hint =
        "raise the limit of processes (pids.max of the pod or container, ulimit -u) or of memory "
        "(ulimit -v)";
    return fail(std::move(error));
  }
}

}  // namespace gitsync::util
