// SPDX-License-Identifier: Apache-2.0
// Waiting for what another thread or process is about to do.

#pragma once

#include <chrono>
#include <thread>

namespace gitsync::test {

// Asks until `condition` holds; false if it does not within `limit`.
template <typename Condition>
bool eventually(Condition condition, std::chrono::seconds limit = std::chrono::seconds(20)) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

}  // namespace gitsync::test
