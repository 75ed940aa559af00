// SPDX-License-Identifier: Apache-2.0
#include "util/stale.h"

#include <gtest/gtest.h>

namespace gitsync::util {
namespace {

// A call that fails with `code` for the first `failures` times.
struct Call {
  int failures = 0;
  int code = ESTALE;
  int calls = 0;

  int operator()() {
    errno = code;
    return calls++ < failures ? -1 : 7;
  }
};

int run(Call& call) {
  return despite_stale([&call] { return call(); });
}

TEST(DespiteStale, WhatWorksIsCalledOnce) {
  Call call;
  EXPECT_EQ(run(call), 7);
  EXPECT_EQ(call.calls, 1);
}

TEST(DespiteStale, AStaleNameIsLookedUpAgain) {
  Call call{.failures = 2};
  EXPECT_EQ(run(call), 7);
  EXPECT_EQ(call.calls, 3);
}

TEST(DespiteStale, WhatStaysStaleFailsInTheEnd) {
  Call call{.failures = 1000};
  EXPECT_EQ(run(call), -1);
  EXPECT_EQ(errno, ESTALE);
  EXPECT_EQ(call.calls, 4);
}

TEST(DespiteStale, OtherFailuresAreNotTriedAgain) {
  Call call{.failures = 1, .code = ENOENT};
  EXPECT_EQ(run(call), -1);
  EXPECT_EQ(errno, ENOENT);
  EXPECT_EQ(call.calls, 1);
}

}  // namespace
}  // namespace gitsync::util
