// SPDX-License-Identifier: Apache-2.0
// Streams through a child: back pressure, both directions at once, limits, and its end.
#include "util/child.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>

#include <array>
#include <cerrno>
#include <string>
#include <thread>
#include <utility>

#include "support/child.h"
#include "util/files.h"

namespace gitsync::util {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Limit in(SteadyClock::duration time) { return Limit{}.within(time); }

struct ChildTest : ::testing::Test {
  static void SetUpTestSuite() { ::signal(SIGPIPE, SIG_IGN); }
  static void TearDownTestSuite() { ::signal(SIGPIPE, SIG_DFL); }

  static Child shell(const std::string& script, Stdio error = Stdio::kCollect) {
    Environment environment;
    environment.set("PATH", "/usr/bin:/bin");
    return Child::start(
               {.argv = {"/bin/sh", "-c", script}, .environment = environment, .error = error})
        .value();
  }
  static std::string read_all(Child& child) {
    std::string text;
    std::array<char, 70000> buffer{};
    while (true) {
      const auto n = child.read(buffer, in(seconds(60))).value();
      if (n == 0) return text;
      text.append(buffer.data(), n);
    }
  }
};

TEST_F(ChildTest, AnswersQuestionByQuestion) {
  Child child = shell("while read line; do echo \"<$line>\"; done; exit 7");
  std::array<char, 100> buffer{};
  for (const std::string word : {"a", "b"}) {
    ASSERT_TRUE(child.write(word + "\n", in(seconds(60))));
    const auto n = child.read(buffer, in(seconds(60))).value();
    EXPECT_EQ(std::string(buffer.data(), n), "<" + word + ">\n");
  }
  child.close_input();
  EXPECT_EQ(read_all(child), "");
  const auto end = child.wait(in(seconds(60))).value();
  EXPECT_EQ(end.exit_status, 7);
  EXPECT_FALSE(end.ok());
}

TEST_F(ChildTest, StreamsMegabytesInBothDirectionsAtOnceWithoutDeadlock) {
  Child child = shell("cat");
  const std::string sent(20'000'000, 'x');
  std::string_view left = sent;
  std::size_t got = 0;
  std::array<char, 65536> buffer{};
  while (got < sent.size()) {
    const auto ready =
        child.wait_for({.input = !left.empty(), .output = true}, in(seconds(60))).value();
    if (ready.input) left.remove_prefix(child.write_some(left).value());
    if (left.empty()) child.close_input();
    if (ready.output) got += child.read_some(buffer).value().value_or(0);
  }
  EXPECT_EQ(got, sent.size());
  EXPECT_EQ(child.read(buffer, in(seconds(60))), 0U);
  EXPECT_TRUE(child.wait(in(seconds(60))).value().ok());
}

TEST_F(ChildTest, AReaderThatPausesHoldsTheChildUp) {
  Child child = shell("head -c 300000 /dev/zero; echo all >&2");
  // It could have ended long ago if somebody here had read on.
  EXPECT_EQ(child.wait(in(milliseconds(200))).error().kind, ErrorKind::kTimeout);
  EXPECT_EQ(child.collected_error(), "");
  EXPECT_EQ(read_all(child).size(), 300'000U);
  EXPECT_TRUE(child.wait(in(seconds(60))).value().ok());
  EXPECT_EQ(child.collected_error(), "all\n");
}

TEST_F(ChildTest, AFloodOnStandardErrorHoldsUpNeitherReaderNorWriter) {
  Child child = shell("head -c 1000000 /dev/zero >&2; cat; head -c 1000000 /dev/zero >&2");
  ASSERT_TRUE(child.write("through", in(seconds(60))));
  child.close_input();
  EXPECT_EQ(read_all(child), "through");
  EXPECT_TRUE(child.wait(in(seconds(60))).value().ok());
  EXPECT_LT(child.collected_error().size(), 70'000U);
}

TEST_F(ChildTest, StandardErrorMayBeReadLikeTheOutput) {
  Child child = shell("echo err >&2", Stdio::kPipe);
  std::array<char, 100> buffer{};
  EXPECT_TRUE(child.wait_for({.error = true}, in(seconds(60))).value().error);
  EXPECT_EQ(child.read_some_error(buffer).value(), 4U);
  EXPECT_EQ(child.collected_error(), "");
}

TEST_F(ChildTest, WritingToAChildThatNoLongerReadsFailsWithoutASignal) {
  Child child = shell("exec <&-; echo on; sleep 1000");
  std::array<char, 100> buffer{};
  ASSERT_EQ(child.read(buffer, in(seconds(60))), 3U);
  EXPECT_EQ(child.write(std::string(100'000, 'x'), in(seconds(60))).error().sys_errno, EPIPE);
}

TEST_F(ChildTest, LimitsHoldForEveryWait) {
  Child child = shell("sleep 1000");
  std::array<char, 100> buffer{};
  EXPECT_EQ(child.read(buffer, in(milliseconds(50))).error().kind, ErrorKind::kTimeout);
  EXPECT_EQ(child.write(std::string(1'000'000, 'x'), in(milliseconds(50))).error().kind,
            ErrorKind::kTimeout);
  EXPECT_EQ(child.wait(in(milliseconds(50))).error().kind, ErrorKind::kTimeout);
  const Event stop;
  std::thread stopper([&] { stop.set(); });
  EXPECT_EQ(child.read(buffer, {.stop = &stop}).error().kind, ErrorKind::kStopped);
  stopper.join();
}

TEST_F(ChildTest, ADeadlineHoldsAgainstAStreamThatNeverPauses) {
  Child child = shell("exec yes");
  std::array<char, 65536> buffer{};
  const auto limit = in(milliseconds(200));
  while (const auto got = child.read(buffer, limit)) EXPECT_GT(*got, 0U);
  EXPECT_TRUE(limit.expired());
}

TEST_F(ChildTest, NothingIsReadOfAChildWithoutPipes) {
  Child child = Child::start({.argv = {"/bin/sh", "-c", "echo x; echo y >&2; cat; exit 3"},
                              .input = Stdio::kNull,
                              .output = Stdio::kNull,
                              .error = Stdio::kNull})
                    .value();
  std::array<char, 100> buffer{};
  EXPECT_EQ(child.read(buffer, {}), 0U);
  EXPECT_FALSE(child.write("x", {}));
  EXPECT_EQ(child.wait(in(seconds(60))).value().exit_status, 3);
}

TEST_F(ChildTest, ItsDescriptorTellsItsEnd) {
  Child child = shell("read line; kill -9 $$");
  if (child.pidfd() < 0) GTEST_SKIP() << "no pidfd_open(2) here";
  pollfd end{.fd = child.pidfd(), .events = POLLIN, .revents = 0};
  EXPECT_EQ(::poll(&end, 1, 0), 0);
  EXPECT_FALSE(child.ended());
  child.close_input();
  EXPECT_EQ(::poll(&end, 1, 60'000), 1);
  EXPECT_EQ(child.ended().value().signal, SIGKILL);
}

TEST_F(ChildTest, DestructionEndsTheWholeGroupAndLeavesNoZombie) {
  pid_t grandchild = 0;
  {
    Child child = shell("trap '' TERM; sleep 1000 & echo $!; wait");
    std::array<char, 100> buffer{};
    const auto n = child.read(buffer, in(seconds(60))).value();
    grandchild = std::stoi(std::string(buffer.data(), n));
    Child moved = std::move(child);
    EXPECT_FALSE(moved.ended());
  }
  EXPECT_TRUE(test::eventually([&] {
    const char state = test::process_state(grandchild);
    return state == '\0' || state == 'Z' || state == 'X';
  }));
  EXPECT_EQ(::waitpid(-1, nullptr, WNOHANG), -1);
}

TEST_F(ChildTest, AGrandchildThatHoldsThePipesDoesNotProlongTheWait) {
  Child child = shell("sleep 1000 & echo $!; echo done >&2");
  std::array<char, 100> buffer{};
  const auto n = child.read(buffer, in(seconds(60))).value();
  EXPECT_TRUE(child.wait(in(seconds(60))).value().ok());
  EXPECT_EQ(child.collected_error(), "done\n");
  ::kill(std::stoi(std::string(buffer.data(), n)), SIGKILL);
}

TEST_F(ChildTest, MissingProgramLeavesNoDescriptorBehind) {
  const auto descriptors = [] { return list_directory("/proc/self/fd").value().size(); };
  const auto before = descriptors();
  EXPECT_EQ(Child::start({.argv = {"/nonexistent"}}).error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(descriptors(), before);
}

}  // namespace
}  // namespace gitsync::util
