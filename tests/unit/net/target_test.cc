// SPDX-License-Identifier: Apache-2.0
// Against a table of what Go makes of URLs.
#include "net/target.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "support/table.h"
#include "util/text.h"

namespace gitsync::net {
namespace {

// Go sends these as they are, into the middle of the request line.
std::string without_raw_bytes(const std::string& target) {
  std::string out;
  for (const char c : target) {
    if (c > ' ' && c < 0x7f) {
      out += c;
    } else {
      out += "%" + util::to_hex(std::string(1, c));
    }
  }
  return out;
}

// No host has such a name, and programs disagree about the address that is meant.
bool is_odd(const std::string& host, const std::string& port) {
  const bool ipv6 = host.contains(':');
  const bool punctuation = host.find_first_of("!\"'()*;<>") != std::string::npos;
  const bool number = host.find_first_not_of("0123456789.xf") == std::string::npos;
  return !ipv6 &&
         (punctuation || (number && host != "127.0.0.1") || port == "0" || port == "99999");
}

std::string port_or(const std::string& port, const std::string& url) {
  if (port != "-") return std::to_string(std::atoi(port.c_str()));
  return util::to_lower(url).starts_with("https") ? "443" : "80";
}

TEST(Target, IsWhatGoMakesOfTheUrl) {
  for (const auto& row : test::read_table("tests/unit/net/data/urls.tsv")) {
    const auto target = parse_target(row[0]);
    if (row[1] == "refused") {
      // Passwords with such characters have always worked here.
      const bool lenient = row[0].starts_with("http://u:");
      EXPECT_TRUE(!target || lenient) << row[0];
      continue;
    }
    ASSERT_EQ(row.size(), 5U) << row[0];
    if (is_odd(row[1], row[2])) {
      EXPECT_FALSE(target) << row[0];
      continue;
    }
    ASSERT_TRUE(target) << row[0] << target.error().message;
    EXPECT_EQ(target->address.host, util::to_lower(row[1])) << row[0];
    EXPECT_EQ(target->address.port, port_or(row[2], row[0])) << row[0];
    EXPECT_EQ(util::to_lower(target->path), util::to_lower(without_raw_bytes(row[3]))) << row[0];
    EXPECT_EQ(target->userinfo.has_value(), row[4] != "-") << row[0];
  }
}

TEST(Target, TheUrlWrittenAnewMeansTheSameAndHasNoSecret) {
  for (const auto& row : test::read_table("tests/unit/net/data/urls.tsv")) {
    const auto target = parse_target(row[0]);
    if (!target) continue;
    const auto again = parse_target(target->url());
    ASSERT_TRUE(again) << target->url();
    EXPECT_EQ(again->address, target->address);
    EXPECT_EQ(again->path, target->path);
    EXPECT_FALSE(again->userinfo);
  }
}

TEST(Target, WhatReadersOfUrlsDisagreeAboutIsRefused) {
  for (const std::string url :
       {"http://good\\@evil/", "http://good\\.evil/", "http://127.1/", "http://0x7f.0.0.1/",
        "http://0177.0.0.1/", "http://2130706433/", "http://[::1]x/", "http://[::1].evil/",
        "http://ev%69l/", "http://a b/", "http://a\tb/", "http://a:1:2/",
        "http://[fe80::1%eth0]/"}) {
    EXPECT_FALSE(parse_target(url)) << url;
  }
}

TEST(Target, TheZoneOfAnIPv6AddressKeepsItsCase) {
  const auto target = parse_target("http://[FE80::0:1%25Eth0]:8080/").value();
  EXPECT_EQ(target.address.host, "fe80::1%Eth0");
  EXPECT_EQ(target.url(), "http://[fe80::1%25Eth0]:8080/");
}

TEST(Target, UserinfoIsDecodedAndEndsAtTheLastAt) {
  const auto target = parse_target("https://a%40b:p@ss@Host:0443/x").value();
  EXPECT_EQ(target.userinfo->username, "a@b");
  EXPECT_EQ(target.userinfo->password, "p@ss");
  EXPECT_EQ(target.url(), "https://host/x");
  EXPECT_EQ(target.address.display(), "host:443");
}

}  // namespace
}  // namespace gitsync::net
