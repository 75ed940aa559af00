// SPDX-License-Identifier: Apache-2.0
#include "http/clients.h"

#include <gtest/gtest.h>

#include <chrono>

namespace gitsync::http {
namespace {

using std::chrono::seconds;
using util::Deadline;

const Deadline kStart = util::SteadyClock::now();
constexpr Deadline kNever = Deadline::max();

TEST(Clients, OnlyThoseThatAreIdleAreOverdue) {
  Clients clients(10);
  EXPECT_EQ(clients.next_deadline(), kNever);
  const auto late = clients.opened("a", kStart + seconds(2));
  const auto soon = clients.opened("a", kStart + seconds(1));
  const auto busy = clients.opened("a", kStart + seconds(1));
  clients.busy(busy);
  EXPECT_EQ(clients.next_deadline(), kStart + seconds(1));
  EXPECT_EQ(clients.take_overdue(kStart), std::nullopt);
  EXPECT_EQ(clients.take_overdue(kStart + seconds(1)), soon);
  EXPECT_EQ(clients.take_overdue(kStart + seconds(1)), std::nullopt);
  clients.idle(busy, kStart + seconds(3));
  clients.closed(late);
  EXPECT_EQ(clients.take_overdue(kStart + seconds(9)), busy);
  EXPECT_EQ(clients.next_deadline(), kNever);
  EXPECT_EQ(clients.size(), 0U);
}

TEST(Clients, OneTooManyCostsTheAddressThatHasTheMostAnIdleOneFirst) {
  Clients clients(4);
  const auto lonely = clients.opened("lonely", kNever);
  const auto busy = clients.opened("flood", kNever);
  const auto recent = clients.opened("flood", kNever);
  const auto idle = clients.opened("flood", kNever);
  clients.busy(busy);
  EXPECT_EQ(clients.take_one_too_many(), std::nullopt);
  clients.idle(recent, kNever);
  clients.opened("other", kNever);
  EXPECT_EQ(clients.take_one_too_many(), idle);
  EXPECT_EQ(clients.take_one_too_many(), std::nullopt);
  clients.opened("more", kNever);
  EXPECT_EQ(clients.take_one_too_many(), recent);
  clients.opened("more", kNever);
  // Of one address as many as of another: the idle ones of both go before the busy one.
  EXPECT_NE(clients.take_one_too_many(), busy);
  EXPECT_EQ(clients.size(), 4U);
  static_cast<void>(lonely);
}

TEST(Clients, TheNewestStaysAndBusyOnesGoOldestFirst) {
  Clients clients(2);
  const auto first = clients.opened("a", kNever);
  const auto second = clients.opened("a", kNever);
  clients.busy(second);
  clients.busy(first);
  clients.opened("a", kNever);
  EXPECT_EQ(clients.take_one_too_many(), second);
}

TEST(Clients, WhoIsGoneIsIgnored) {
  Clients clients(1);
  const auto id = clients.opened("a", kStart);
  clients.closed(id);
  clients.closed(id);
  clients.busy(id);
  clients.idle(id, kStart);
  EXPECT_EQ(clients.take_overdue(kStart + seconds(1)), std::nullopt);
}

}  // namespace
}  // namespace gitsync::http
