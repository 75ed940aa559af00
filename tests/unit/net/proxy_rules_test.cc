// SPDX-License-Identifier: Apache-2.0
// Against a table of what Go decides, and what the table cannot say.
#include "net/proxy_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/table.h"
#include "util/text.h"

namespace gitsync::net {
namespace {

ProxyVariables variables_of(const std::string& text) {
  util::Environment environment;
  for (const auto& entry : util::split(text, ';')) {
    const auto equals = entry.find('=');
    if (equals != std::string::npos) {
      environment.set(entry.substr(0, equals), entry.substr(equals + 1));
    }
  }
  return ProxyVariables::from(environment);
}

std::string decision(const std::string& url, const ProxyVariables& variables) {
  const auto proxy = proxy_for(parse_address(url).value(), variables);
  if (!proxy) return "error";
  if (!*proxy) return "direct";
  const auto& userinfo = (*proxy)->userinfo;
  return (*proxy)->address.origin() +
         (userinfo ? " as " + userinfo->username + ":" + userinfo->password : "");
}

// Go's answer in the words of decision().
std::string expected(const std::string& go) {
  if (go == "direct" || go == "error") return go;
  const auto url = util::parse_url(go).value();
  auto address = address_of(url).value();
  if (address.scheme == "socks5") address.scheme = "socks5h";
  return address.origin() +
         (url.userinfo ? " as " + url.userinfo->username + ":" + url.userinfo->password : "");
}

TEST(ProxyRules, DecideAsGoDoes) {
  for (const auto& row : test::read_table("tests/unit/net/data/proxies.tsv")) {
    ASSERT_EQ(row.size(), 3U);
    EXPECT_EQ(decision(row[1], variables_of(row[0])), expected(row[2])) << row[0] << " " << row[1];
  }
}

TEST(ProxyRules, LocalhostInAnyCaseIsReachedDirectly) {
  EXPECT_EQ(decision("http://LocalHost/", {.http_proxy = "p"}), "direct");
}

TEST(ProxyRules, AProxyThatIsUnusableIsRefusedAndNotShown) {
  for (const std::string text : {"http://u:sekret@p:99999999", "p:sekret", "http://p q",
                                 "sekret:1 ", "/sekret", "http://", "http://:3128", "ftp://sekret",
                                 "socks4://sekret", "http://127.1:1", "::1", "http:sekret"}) {
    const auto proxy = proxy_for(parse_address("http://example.com").value(), {.http_proxy = text});
    ASSERT_FALSE(proxy) << text;
    EXPECT_EQ(proxy.error().kind, util::ErrorKind::kInvalid);
    EXPECT_EQ(proxy.error().message, "unusable proxy");
    EXPECT_THAT(proxy.error().hint, testing::HasSubstr("HTTP_PROXY"));
  }
}

TEST(ProxyRules, AProxyIsNotLookedAtWhereNoneIsUsed) {
  EXPECT_EQ(decision("http://127.0.0.1/", {.http_proxy = "http://p:99999"}), "direct");
  EXPECT_EQ(decision("http://x.svc/", {.http_proxy = "p:x", .no_proxy = "*.svc"}), "direct");
}

}  // namespace
}  // namespace gitsync::net
