// SPDX-License-Identifier: Apache-2.0
#include "app/last_words.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <new>
#include <stdexcept>
#include <thread>

#include "support/child.h"
#include "util/event.h"

namespace gitsync::app {
namespace {

using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

TEST(LastWords, OutOfMemoryIsOneRecord) {
  test::Child child([] {
    try {
      throw std::bad_alloc();
    } catch (...) {
      return report_exception();
    }
  });
  EXPECT_EQ(child.wait(), 1);
  EXPECT_THAT(child.standard_error(),
              AllOf(StartsWith("{\"logger\":\"\""), HasSubstr("\"msg\":\"out of memory\""),
                    HasSubstr("\"hint\""), EndsWith("}\n")));
}

TEST(LastWords, AnExceptionInAnyThreadEndsTheProcessWithWhatItSays) {
  test::Child child([] {
    report_uncaught_exceptions();
    std::thread([] { throw std::runtime_error("something odd"); }).join();
    return 0;
  });
  EXPECT_EQ(child.wait(), 1);
  EXPECT_THAT(child.standard_error(), AllOf(StartsWith("{\"logger\":\"\""), EndsWith("}\n"),
                                            HasSubstr("\"error\":\"something odd\"")));
}

TEST(LastWords, AnEventWithoutADescriptorIsOneRecordThatNamesTheLimit) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "sanitizers need descriptors of their own to look at an exception";
#endif
  test::Child child([]() noexcept {
    report_uncaught_exceptions();
    const rlimit none{.rlim_cur = 0, .rlim_max = 0};
    if (::setrlimit(RLIMIT_NOFILE, &none) != 0) return 2;
    const util::Event event;
    return 0;
  });
  EXPECT_EQ(child.wait(), 1);
  EXPECT_THAT(child.standard_error(),
              AllOf(StartsWith("{\"logger\":\"\""), EndsWith("}\n"), HasSubstr("create an event"),
                    HasSubstr("Too many open files"), HasSubstr("ulimit -n")));
}

}  // namespace
}  // namespace gitsync::app
