// SPDX-License-Identifier: Apache-2.0
#include "log/line_writer.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <climits>
#include <csignal>
#include <string>

#include "util/fd.h"

namespace gitsync::log {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using util::SteadyClock;

// Two pages: the kernel calls a pipe full when its last page is in use, even by a few bytes.
constexpr int kCapacity = 2 * PIPE_BUF;

// A pipe that is full soon. The writing end blocks, as that of a container's
// log does.
class LineWriterTest : public testing::Test {
 protected:
  LineWriterTest() {
    std::signal(SIGPIPE, SIG_IGN);
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe2(ends.data(), O_CLOEXEC), 0);
    reader_ = util::Fd(ends[0]);
    writer_ = util::Fd(ends[1]);
    EXPECT_EQ(::fcntl(writer_.get(), F_SETPIPE_SZ, kCapacity), kCapacity);
  }

  // Everything that is in the pipe now.
  std::string drain() const {
    ::fcntl(reader_.get(), F_SETFL, O_NONBLOCK);
    std::string text;
    std::array<char, 65536> buffer{};
    for (ssize_t got = 0; (got = ::read(reader_.get(), buffer.data(), buffer.size())) > 0;) {
      text.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return text;
  }

  util::Fd reader_;
  util::Fd writer_;
};

TEST_F(LineWriterTest, WritesALineAtOnce) {
  LineWriter writer(writer_.get(), seconds(1));
  EXPECT_TRUE(writer.write("hello\n"));
  EXPECT_EQ(drain(), "hello\n");
}

TEST_F(LineWriterTest, GivesUpAfterItsPatienceAndThenDoesNotWait) {
  constexpr seconds kPatience{2};
  LineWriter writer(writer_.get(), kPatience);
  const std::string full(kCapacity - 1, 'a');
  EXPECT_TRUE(writer.write(full + '\n'));

  const auto start = SteadyClock::now();
  EXPECT_FALSE(writer.write("lost\n"));
  EXPECT_GE(SteadyClock::now() - start, kPatience);
  const auto stuck = SteadyClock::now();
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(writer.write("lost, too\n"));
  EXPECT_LT(SteadyClock::now() - stuck, kPatience);

  EXPECT_EQ(drain(), full + '\n');
  EXPECT_TRUE(writer.write("back\n"));
  EXPECT_EQ(drain(), "back\n");
}

TEST_F(LineWriterTest, WaitsAgainAfterTheReaderCameBack) {
  LineWriter writer(writer_.get(), milliseconds(100));
  const std::string full(kCapacity - 1, 'a');
  EXPECT_TRUE(writer.write(full + '\n'));
  EXPECT_FALSE(writer.write("lost\n"));
  drain();
  EXPECT_TRUE(writer.write(full + '\n'));
  const auto start = SteadyClock::now();
  EXPECT_FALSE(writer.write("lost\n"));
  EXPECT_GE(SteadyClock::now() - start, milliseconds(100));
}

TEST_F(LineWriterTest, FinishesALineThatWasCutOffBeforeItWritesAnother) {
  LineWriter writer(writer_.get(), milliseconds(50));
  const std::string longer = std::string(kCapacity, 'a') + "tail";
  EXPECT_TRUE(writer.write(longer + '\n'));  // its first kCapacity bytes fit
  EXPECT_FALSE(writer.write("lost\n"));
  EXPECT_EQ(drain(), std::string(kCapacity, 'a'));
  EXPECT_TRUE(writer.write("next\n"));
  EXPECT_EQ(drain(), "tail\nnext\n");
}

TEST_F(LineWriterTest, AReaderThatIsGoneCostsLinesButNoTime) {
  LineWriter writer(writer_.get(), seconds(60));
  reader_.reset();
  const auto start = SteadyClock::now();
  for (int i = 0; i < 100; ++i) EXPECT_FALSE(writer.write("lost\n"));
  EXPECT_LT(SteadyClock::now() - start, seconds(10));
}

TEST_F(LineWriterTest, AClosedDescriptorCostsLinesButNoTime) {
  const int number = writer_.get();
  LineWriter writer(number, seconds(60));
  writer_.reset();
  const auto start = SteadyClock::now();
  EXPECT_FALSE(writer.write("lost\n"));
  EXPECT_LT(SteadyClock::now() - start, seconds(10));
}

TEST_F(LineWriterTest, AFullDiskCostsLinesButNoTime) {
  const util::Fd full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  LineWriter writer(full.get(), seconds(60));
  const auto start = SteadyClock::now();
  EXPECT_FALSE(writer.write("lost\n"));
  EXPECT_LT(SteadyClock::now() - start, seconds(10));
}

TEST(LineWriter, AStuckSocketBlocksNoLongerThanItsPatience) {
  std::array<int, 2> ends{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
  const util::Fd reader(ends[0]);
  const util::Fd writer_end(ends[1]);
  LineWriter writer(writer_end.get(), milliseconds(100));
  const std::string line(100'000, 'a');
  const auto start = SteadyClock::now();
  for (int i = 0; i < 100; ++i) writer.write(line + '\n');
  EXPECT_LT(SteadyClock::now() - start, seconds(10));
}

TEST(LineWriter, ALongLineToAFileIsWhole) {
  const util::Fd file(::memfd_create("line_writer_test", MFD_CLOEXEC));
  LineWriter writer(file.get(), seconds(1));
  EXPECT_TRUE(writer.write(std::string(1'000'000, 'a') + '\n'));
  EXPECT_EQ(::lseek(file.get(), 0, SEEK_END), 1'000'001);
}

}  // namespace
}  // namespace gitsync::log
