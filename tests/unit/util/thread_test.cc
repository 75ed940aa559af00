// SPDX-License-Identifier: Apache-2.0
#include "util/thread.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <array>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "support/child.h"
#include "util/event.h"
#include "util/files.h"

namespace gitsync::util {
namespace {

TEST(StartThread, RunsUnderItsName) {
  std::string name;
  {
    const auto thread =
        start_thread("a name", [&] { name = read_file("/proc/thread-self/comm").value(); });
  }
  EXPECT_EQ(name, "a name\n");
}

TEST(StartThread, ThatThereIsNoneIsAnErrorWithAHint) {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers need more address space";
#endif
  test::Child child([] {
    const rlimit none{.rlim_cur = 1 << 20, .rlim_max = 1 << 20};
    if (::setrlimit(RLIMIT_AS, &none) != 0) return 1;
    // The stack of an ended thread may be used again, so the first one need not fail.
    const Event end;
    std::vector<std::jthread> threads;
    const auto start = [&end] {
      return start_thread("hook", [&end] { wait_for_any(std::array{&end}, Deadline::max()); });
    };
    auto thread = start();
    for (; thread && threads.size() < 10; thread = start()) threads.push_back(*std::move(thread));
    end.set();
    if (thread) return 2;
    const auto& error = thread.error();
    return error.message.starts_with("start thread hook: ") && !error.hint.empty() ? 0 : 3;
  });
  EXPECT_EQ(child.wait(), 0);
}

}  // namespace
}  // namespace gitsync::util
