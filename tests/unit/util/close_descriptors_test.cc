// SPDX-License-Identifier: Apache-2.0
#include "util/close_descriptors.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <functional>

#include "support/child.h"

namespace gitsync::util {
namespace {

constexpr int kFirst = 10;
constexpr int kEnd = 700;  // more entries than one call of getdents(2) returns

// Exit status 0 if `close` closes exactly those from kFirst on.
int check(const std::function<void(int)>& close) {
  const rlimit enough{.rlim_cur = kEnd + 50, .rlim_max = kEnd + 50};
  ::setrlimit(RLIMIT_NOFILE, &enough);
  for (int number = 3; number < kEnd; ++number) {
    if (::fcntl(number, F_GETFD) < 0 && ::dup2(2, number) < 0) return 1;
  }
  close(kFirst);
  for (int number = 0; number < kFirst; ++number) {
    if (::fcntl(number, F_GETFD) < 0) return 2;
  }
  for (int number = kFirst; number < kEnd + 20; ++number) {
    if (::fcntl(number, F_GETFD) >= 0) return 3;
  }
  return 0;
}

TEST(CloseDescriptors, ClosesAllFromTheFirstOn) {
  EXPECT_EQ(test::Child([] { return check(close_descriptors_from); }).wait(), 0);
}

TEST(CloseDescriptors, WorksWithoutCloseRange) {
  EXPECT_EQ(test::Child([] { return check(close_listed_descriptors_from); }).wait(), 0);
}

TEST(CloseDescriptors, WorksWithoutProcToo) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can hide /proc";
  test::Child child([] {
    if (::chroot("/usr") != 0) return 9;
    return check(close_listed_descriptors_from);
  });
  EXPECT_EQ(child.wait(), 0);
}

}  // namespace
}  // namespace gitsync::util
