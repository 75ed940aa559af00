// SPDX-License-Identifier: Apache-2.0
#include "http/poller.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

namespace gitsync::http {
namespace {

struct Pair {
  Pair() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    near = util::Fd(ends[0]);
    far = util::Fd(ends[1]);
  }
  util::Fd near;
  util::Fd far;
};

class PollerTest : public testing::Test {
 protected:
  void look() const { ASSERT_TRUE(poller_->wait(util::SteadyClock::now())); }

  const std::unique_ptr<Poller> poller_ = Poller::make().value();
  int calls_ = 0;
};

TEST_F(PollerTest, CallsWhatIsReadyAndNothingElse) {
  const Pair pair;
  ASSERT_TRUE(poller_->add(pair.near.get(), EPOLLIN, [this](std::uint32_t) { ++calls_; }));
  look();
  EXPECT_EQ(calls_, 0);
  ASSERT_EQ(::send(pair.far.get(), "x", 1, 0), 1);
  look();
  look();
  EXPECT_EQ(calls_, 2);
}

TEST_F(PollerTest, WithoutEventsEvenTheEndIsNotSeen) {
  Pair pair;
  ASSERT_TRUE(poller_->add(pair.near.get(), EPOLLIN, [this](std::uint32_t) { ++calls_; }));
  pair.far.reset();
  ASSERT_TRUE(poller_->change(pair.near.get(), 0));
  look();
  EXPECT_EQ(calls_, 0);
  ASSERT_TRUE(poller_->change(pair.near.get(), EPOLLOUT));
  look();
  EXPECT_EQ(calls_, 1);
}

TEST_F(PollerTest, AFunctionMayRemoveItselfAndOthersThatAreReady) {
  std::array<Pair, 2> pairs;
  for (Pair& pair : pairs) {
    pair.far.reset();
    ASSERT_TRUE(poller_->add(pair.near.get(), EPOLLIN, [this, &pairs](std::uint32_t) {
      ++calls_;
      for (Pair& other : pairs) {
        poller_->remove(other.near.get());
        other.near.reset();
      }
    }));
  }
  look();
  look();
  EXPECT_EQ(calls_, 1);
}

TEST_F(PollerTest, AnEventOfAClosedDescriptorIsNotItsSuccessors) {
  std::array<Pair, 2> pairs;
  Pair next;
  int successor = 0;
  bool was_replaced = false;
  for (std::size_t i = 0; i < 2; ++i) {
    pairs.at(i).far.reset();
    ASSERT_TRUE(poller_->add(pairs.at(i).near.get(), EPOLLIN, [&, i](std::uint32_t) {
      if (was_replaced) return;
      was_replaced = true;
      // The other one, which is ready in this very round, makes place for a new one of its number.
      util::Fd& other = pairs.at(1 - i).near;
      poller_->remove(other.get());
      ASSERT_EQ(::dup3(next.near.get(), other.get(), O_CLOEXEC), other.get());
      ASSERT_TRUE(poller_->add(other.get(), EPOLLIN, [&](std::uint32_t) { ++successor; }));
      poller_->remove(pairs.at(i).near.get());
    }));
  }
  look();
  EXPECT_TRUE(was_replaced);
  EXPECT_EQ(successor, 0);
  ASSERT_EQ(::send(next.far.get(), "x", 1, 0), 1);
  look();
  EXPECT_EQ(successor, 1);
}

}  // namespace
}  // namespace gitsync::http
