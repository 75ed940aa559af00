// SPDX-License-Identifier: Apache-2.0
#include "http/listener.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "unit/http/client.h"

namespace gitsync::http {
namespace {

using testing::HasSubstr;
using util::ErrorKind;

TEST(ParseBind, UnderstandsTheFormsOfTheManual) {
  EXPECT_EQ(parse_bind(":1234")->host, "");
  EXPECT_EQ(parse_bind(":1234")->port, 1234);
  EXPECT_EQ(parse_bind("127.0.0.1:80")->host, "127.0.0.1");
  EXPECT_EQ(parse_bind("[::1]:65535")->host, "::1");
  EXPECT_EQ(parse_bind("[::1]:65535")->port, 65535);
  EXPECT_EQ(parse_bind("localhost:0")->host, "localhost");
}

TEST(ParseBind, RefusesEverythingElseNamingTheText) {
  for (const std::string text :
       {"", "foo", ":", ":99999", ":65536", ":-1", ":+1", ":1 ", ": 1", ":http", ":0x50", "::1:80",
        "[::1]", "[::1:80", "::1]:80", "1234", "localhost", "[]", "a:b:80"}) {
    const auto result = parse_bind(text);
    ASSERT_FALSE(result) << text;
    EXPECT_EQ(result.error().kind, ErrorKind::kInvalid) << text;
    EXPECT_THAT(result.error().message, HasSubstr('"' + text + '"'));
    EXPECT_FALSE(result.error().hint.empty()) << text;
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
  EXPECT_THAT(second.error().hint, HasSubstr("--http-bind"));
}

TEST(ListenOn, AnAddressOfAnotherMachineIsAnErrorThatNamesIt) {
  const auto listener = listen_on("192.0.2.1:0");
  ASSERT_FALSE(listener);
  EXPECT_THAT(listener.error().message, HasSubstr("listen on 192.0.2.1:0: "));
  EXPECT_THAT(listener.error().hint, HasSubstr("this machine"));
}

TEST(ListenOn, AHostThatIsNoHostIsAnErrorThatNamesIt) {
  const auto listener = listen_on("no host:0");
  ASSERT_FALSE(listener);
  EXPECT_THAT(listener.error().message, HasSubstr("listen on no host:0: look up host"));
}

}  // namespace
}  // namespace gitsync::http
