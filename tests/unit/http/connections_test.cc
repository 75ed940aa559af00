// SPDX-License-Identifier: Apache-2.0
#include "http/connections.h"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <chrono>

#include "util/fd.h"

namespace gitsync::http {
namespace {

using std::chrono::seconds;
using util::Deadline;
using util::SteadyClock;

// Both ends of a connection; the server's is handed to Connections.
struct Pair {
  Pair() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0);
    client = util::Fd(ends[0]);
    server = util::Fd(ends[1]);
  }
  bool is_cut_off() const {
    char byte = 0;
    return ::recv(client.get(), &byte, 1, MSG_DONTWAIT) == 0;
  }

  util::Fd client;
  util::Fd server;
};

TEST(Connections, NothingIsDueWithoutConnections) {
  Connections connections(10, seconds(1));
  EXPECT_EQ(connections.next_deadline(), Deadline::max());
  connections.cut_off_overdue(Deadline::max() - seconds(1));
}

TEST(Connections, AConnectionIsCutOffAtTheEndOfItsLifetimeAndNotBefore) {
  Connections connections(10, seconds(1));
  const Pair pair;
  const auto before = SteadyClock::now();
  connections.opened(pair.server.get(), "a");
  EXPECT_GE(connections.next_deadline(), before + seconds(1));
  connections.cut_off_overdue(connections.next_deadline() - seconds(1));
  EXPECT_FALSE(pair.is_cut_off());
  connections.cut_off_overdue(connections.next_deadline());
  EXPECT_TRUE(pair.is_cut_off());
  EXPECT_EQ(connections.next_deadline(), Deadline::max());
}

TEST(Connections, AClosedConnectionIsLeftAlone) {
  Connections connections(10, seconds(1));
  const Pair pair;
  connections.opened(pair.server.get(), "a");
  connections.closed(pair.server.get());
  connections.cut_off_overdue(SteadyClock::now() + seconds(2));
  EXPECT_FALSE(pair.is_cut_off());
}

TEST(Connections, OneTooManyCutsOffTheOldestOfTheAddressThatHasTheMost) {
  Connections connections(4, seconds(1));
  const std::array<Pair, 6> pairs;
  connections.opened(pairs[0].server.get(), "lonely");
  for (const std::size_t i : {1, 2, 3, 4}) connections.opened(pairs[i].server.get(), "flood");
  EXPECT_FALSE(pairs[0].is_cut_off());
  EXPECT_TRUE(pairs[1].is_cut_off());
  EXPECT_FALSE(pairs[2].is_cut_off());
  connections.opened(pairs[5].server.get(), "other");
  EXPECT_FALSE(pairs[0].is_cut_off());
  EXPECT_TRUE(pairs[2].is_cut_off());
  EXPECT_FALSE(pairs[5].is_cut_off());
}

}  // namespace
}  // namespace gitsync::http
