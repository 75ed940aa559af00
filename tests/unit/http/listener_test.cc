// SPDX-License-Identifier: Apache-2.0
#include "http/listener.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <poll.h>
#include <sys/socket.h>

#include <string>

#include "support/table.h"
#include "unit/http/client.h"
#include "util/fd.h"

namespace gitsync::http {
namespace {

using testing::HasSubstr;
using util::ErrorKind;

// Whether a client of this address gets to `listener`, and not to somebody else who has the port of
// the other family.
bool serves(const Listener& listener, const sockaddr* address, socklen_t size) {
  const util::Fd client(::socket(address->sa_family, SOCK_STREAM | SOCK_CLOEXEC, 0));
  if (::connect(client.get(), address, size) != 0) return false;
  pollfd arrival{.fd = listener.fd.get(), .events = POLLIN, .revents = 0};
  if (::poll(&arrival, 1, 5000) != 1) return false;
  const util::Fd accepted(::accept4(listener.fd.get(), nullptr, nullptr, SOCK_CLOEXEC));
  return static_cast<bool>(accepted);
}

// The families by whose loopback address it is reached.
std::string served(const Listener& listener) {
  const auto port = htons(listener.port);
  std::string families;
  sockaddr_in v4{.sin_family = AF_INET, .sin_port = port, .sin_addr = {}, .sin_zero = {}};
  v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  sockaddr_in6 v6{};
  v6.sin6_family = AF_INET6;
  v6.sin6_port = port;
  v6.sin6_addr = in6addr_loopback;
  if (serves(listener, reinterpret_cast<sockaddr*>(&v4), sizeof v4)) families = "v4";
  if (serves(listener, reinterpret_cast<sockaddr*>(&v6), sizeof v6)) {
    families += families.empty() ? "v6" : " v6";
  }
  return families;
}

TEST(ListenOn, ServesTheFamiliesThatGoServes) {
  const auto everywhere = listen_on(":0");
  ASSERT_TRUE(everywhere) << everywhere.error().message;
  if (served(*everywhere) != "v4 v6") GTEST_SKIP() << "this machine has no IPv6";
  for (const auto& row : test::read_table("tests/unit/http/data/bind.tsv")) {
    const auto listener = listen_on(row[0]);
    EXPECT_EQ(listener ? served(*listener) : "refused", row[1])
        << row[0] << " " << (listener ? "" : listener.error().message);
  }
}

TEST(ListenOn, WithoutAHostServesIPv4) {
  const auto listener = listen_on(":0");
  ASSERT_TRUE(listener) << listener.error().message;
  const Client client(listener->port);
}

TEST(ListenOn, TakesTheAddressOfAName) {
  const auto listener = listen_on("localhost:0");
  ASSERT_TRUE(listener) << listener.error().message;
  const Client client(listener->port);
}

TEST(ListenOn, AnIPv6AddressWorksWhereThereIsIPv6) {
  const auto listener = listen_on("[::1]:0");
  if (!listener) {
    EXPECT_THAT(listener.error().message, HasSubstr("listen on [::1]:0"));
    GTEST_SKIP() << listener.error().message;
  }
  EXPECT_NE(listener->port, 0);
}

TEST(ListenOn, ATakenPortIsAnErrorThatNamesTheAddress) {
  const auto first = listen_on("127.0.0.1:0");
  ASSERT_TRUE(first);
  const std::string address = "127.0.0.1:" + std::to_string(first->port);
  const auto second = listen_on(address);
  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message, HasSubstr("listen on " + address + ": "));
  EXPECT_THAT(second.error().message, HasSubstr("in use"));
  EXPECT_EQ(second.error().cause, util::Cause::kPortTaken);
}

TEST(ListenOn, AnAddressOfAnotherMachineIsAnErrorThatNamesIt) {
  const auto listener = listen_on("192.0.2.1:0");
  ASSERT_FALSE(listener);
  EXPECT_THAT(listener.error().message, HasSubstr("listen on 192.0.2.1:0: "));
  EXPECT_EQ(listener.error().cause, util::Cause::kNotOurAddress);
}

TEST(ListenOn, AHostThatIsNoHostIsAnErrorThatNamesIt) {
  const auto listener = listen_on("no host:0");
  ASSERT_FALSE(listener);
  EXPECT_THAT(listener.error().message, HasSubstr("listen on no host:0: look up host"));
}

}  // namespace
}  // namespace gitsync::http
