// SPDX-License-Identifier: Apache-2.0
#include "auth/matcher.h"

#include <gtest/gtest.h>

#include <string>

namespace gitsync::auth {
namespace {

CredentialMatcher with(const std::vector<Credential>& credentials) {
  CredentialMatcher matcher;
  matcher.set(credentials);
  return matcher;
}

std::string offered(const CredentialMatcher& matcher, std::string_view url) {
  const auto found = matcher.match(url);
  return found ? found->username + ":" + found->password : "none";
}

TEST(CredentialMatcher, GoesBySchemeHostAndPort) {
  const struct {
    const char* credential;
    const char* url;
    bool matches;
  } rows[] = {
      {"https://h/r", "https://h/r", true},
      {"https://h", "https://h/any/path?query", true},
      {"https://h/one", "https://h/two", true},
      {"https://h/", "http://h/", false},
      {"https://h", "https://x.h", false},
      {"https://x.h", "https://h", false},
      {"https://h", "https://h.evil", false},
      {"https://H", "HTTPS://h/", true},
      {"https://h:443", "https://h", true},
      {"https://h", "https://h:443/", true},
      {"http://h:80", "http://h", true},
      {"https://h:8443", "https://h:8443/r", true},
      {"https://h:8443", "https://h", false},
      {"https://h", "https://h:8443", false},
      {"https://[::1]:8", "https://[0:0::1]:8/r", true},
      {"https://h", "https://evil\\@h/", false},
      {"https://h", "https://evil/@h/", false},
      {"https://h", "https://evil#@h/", false},
      {"https://h", "https://h@evil/", false},
      {"https://h", "h", false},
      {"https://h", "git@h:r", false},
      {"h/r", "h/r", false},
      {"", "", false},
      {"ssh://h/r", "ssh://h/x", true},
      {"ssh://h/r", "https://h/x", false},
      {"ssh://h:22/r", "ssh://h:23/r", false},
  };
  for (const auto& row : rows) {
    const auto matcher = with({{.url = row.credential, .username = "u", .password = "p"}});
    EXPECT_EQ(offered(matcher, row.url), row.matches ? "u:p" : "none")
        << row.credential << " for " << row.url;
  }
}

TEST(CredentialMatcher, TheLastOneCountsUnlessTheUrlNamesAnotherUser) {
  const auto matcher = with({{.url = "https://h/a", .username = "alice", .password = "1"},
                             {.url = "https://h/b", .username = "bob", .password = "2"},
                             {.url = "https://h/c", .username = "alice", .password = "3"},
                             {.url = "https://other", .username = "eve", .password = "4"}});
  EXPECT_EQ(offered(matcher, "https://h/a"), "alice:3");
  EXPECT_EQ(offered(matcher, "https://bob@h/a"), "bob:2");
  EXPECT_EQ(offered(matcher, "https://b%6fb:ignored@h/"), "bob:2");
  EXPECT_EQ(offered(matcher, "https://eve@h/"), "none");
  EXPECT_EQ(offered(matcher, "https://@h/"), "alice:3");
}

TEST(CredentialMatcher, WhatWasRejectedIsNotOfferedUntilAllIsSetAnew) {
  const std::vector<Credential> all{{.url = "https://h", .username = "a", .password = "old"},
                                    {.url = "https://h", .username = "b", .password = "2"},
                                    {.url = "https://h/x", .username = "a", .password = "new"}};
  auto matcher = with(all);
  matcher.reject(*matcher.match("https://h"));
  EXPECT_EQ(offered(matcher, "https://h"), "b:2");
  EXPECT_EQ(offered(matcher, "https://a@h"), "none") << "git's cache forgot the old one, too";
  matcher.reject({.url = "https://h", .username = "b", .password = "another"});
  EXPECT_EQ(offered(matcher, "https://h"), "b:2");
  matcher.reject(*matcher.match("https://h"));
  EXPECT_EQ(offered(matcher, "https://h"), "none");
  matcher.set(all);
  EXPECT_EQ(offered(matcher, "https://h"), "a:new");
}

}  // namespace
}  // namespace gitsync::auth
