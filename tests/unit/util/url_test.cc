// SPDX-License-Identifier: Apache-2.0
#include "util/url.h"

#include <gtest/gtest.h>

namespace gitsync::util {
namespace {

TEST(ParseUrl, SplitsAnAddress) {
  const auto url = parse_url("HTTPS://us%40er:p%3Aw@git.example:8443/org/repo.git?x#y");
  ASSERT_TRUE(url.has_value());
  EXPECT_EQ(url->scheme, "https");
  EXPECT_TRUE(url->is_http());
  ASSERT_TRUE(url->userinfo.has_value());
  EXPECT_EQ(url->userinfo->username, "us@er");
  EXPECT_EQ(url->userinfo->password, "p:w");
  EXPECT_TRUE(url->userinfo->has_password);
  EXPECT_EQ(url->host, "git.example");
  EXPECT_EQ(url->port, "8443");
  EXPECT_EQ(url->rest, "/org/repo.git?x#y");
}

TEST(ParseUrl, TellsAnEmptyPasswordFromNone) {
  EXPECT_FALSE(parse_url("http://u@h/")->userinfo->has_password);
  EXPECT_TRUE(parse_url("http://u:@h/")->userinfo->has_password);
  EXPECT_FALSE(parse_url("http://h/")->userinfo.has_value());
  EXPECT_TRUE(parse_url("http://@h/")->userinfo.has_value());
}

TEST(ParseUrl, KeepsTheLastAtSignAsTheEndOfTheUserinfo) {
  const auto url = parse_url("http://a@b:c@h/x@y");
  ASSERT_TRUE(url.has_value());
  EXPECT_EQ(url->userinfo->username, "a@b");
  EXPECT_EQ(url->userinfo->password, "c");
  EXPECT_EQ(url->host, "h");
}

TEST(ParseUrl, ReadsOtherSchemesAndIpv6) {
  EXPECT_EQ(parse_url("file:///srv/r.git")->rest, "/srv/r.git");
  const auto url = parse_url("ssh://git@[::1]:2222/~/r");
  ASSERT_TRUE(url.has_value());
  EXPECT_EQ(url->host, "[::1]");
  EXPECT_EQ(url->port, "2222");
  EXPECT_FALSE(url->is_http());
}

TEST(ParseUrl, RefusesTextThatIsNotAUrl) {
  for (const char* text :
       {"", "/local/path", "git@host:path", "host", "://x", "1http://h", "http://u:p%zz@h/",
        "http://u%4@h", "http://h:port/", "http://a b/", "http://h/\n", "http://[::1/x"}) {
    EXPECT_FALSE(parse_url(text).has_value()) << text;
  }
}

TEST(StripUserinfo, RemovesOnlyTheUserinfo) {
  EXPECT_EQ(strip_userinfo("https://u:p@h:1/a@b"), "https://h:1/a@b");
  EXPECT_EQ(strip_userinfo("https://h/a@b"), "https://h/a@b");
  EXPECT_EQ(strip_userinfo("git@h:a"), "git@h:a");
}

TEST(RedactUrl, HidesPasswords) {
  EXPECT_EQ(redact_url("https://u:secret@h/r"), "https://u:REDACTED@h/r");
  EXPECT_EQ(redact_url("ssh://git:secret@h/r"), "ssh://git:REDACTED@h/r");
  EXPECT_EQ(redact_url("ssh://git@h/r"), "ssh://git@h/r");
  EXPECT_EQ(redact_url("https://h/r@v1"), "https://h/r@v1");
  EXPECT_EQ(redact_url("https://h:8443/r@v1"), "https://h:8443/r@v1");
  EXPECT_EQ(redact_url("https://[::1]/r@v1"), "https://[::1]/r@v1");
  EXPECT_EQ(redact_url("git@h:a"), "git@h:a");
  EXPECT_EQ(redact_url(""), "");
}

TEST(RedactUrl, HidesATokenInPlaceOfTheUserName) {
  EXPECT_EQ(redact_url("https://secret@h/r"), "https://REDACTED@h/r");
  EXPECT_EQ(redact_url("https://secret:@h/r"), "https://REDACTED:@h/r");
  EXPECT_EQ(redact_url("https://secret:x-oauth-basic@h/r"), "https://REDACTED:REDACTED@h/r");
}

TEST(RedactUrl, HidesPasswordsOfMalformedAddresses) {
  for (const char* text :
       {"https://u:se/cret@h/r", "https://u:secret%zz@h/r", "https://u:sec ret@h/r",
        "https://u:se@cret@h/r", "https://u:secr\net@h/r", "https://u:se?cret@h/r",
        "HTTPS://u:secret@h:x/r", "https://u:se#cret@h"}) {
    const std::string shown = redact_url(text);
    EXPECT_TRUE(shown.starts_with("https://u:REDACTED@h") ||
                shown.starts_with("HTTPS://u:REDACTED@h"))
        << shown;
  }
}

TEST(RedactUrl, HidesPasswordsOfMistypedAddresses) {
  for (const char* text :
       {"https:/u:secret@h/r", "https:u:secret@h/r", "https:///u:secret@h/r", "ssh:/u:secret@h/r",
        "http::https://u:secret@h/r", "foo::http::https:/u:secret@h", "u:secret@h:r",
        "u:secret@h/r", "u:sec/ret@h:r", "me@corp:secret@h:r", " https://u:secret@h/r",
        "https//u:secret@h/r", "//u:secret@h/r", "ht tps://u:secret@h/r"}) {
    const std::string shown = redact_url(text);
    EXPECT_NE(shown.find("REDACTED@h"), std::string::npos) << shown;
    EXPECT_EQ(shown.find("ret@"), std::string::npos) << shown;
    const auto userinfo = find_userinfo(text);
    ASSERT_TRUE(userinfo) << text;
    EXPECT_TRUE(userinfo->password == "secret" || userinfo->password == "sec/ret") << text;
  }
}

TEST(RedactUrl, LeavesAtSignsInPathsAlone) {
  for (const char* text : {"git@h:org/r@v1", "h:r@v1", "h:org/r@v1", "h:org/a@b/r", "[::1]:r@v1/x",
                           "/srv/a:b@c/r", "/srv//a:b@c/r", "./a:b@c/r", "file:///srv/a:b@c/r",
                           "file:/srv/a:b@c/r", "ext::ssh git@h %S r"}) {
    EXPECT_EQ(redact_url(text), text);
    EXPECT_FALSE(find_userinfo(text)) << text;
  }
}

TEST(FindUserinfo, DecodesWhatCanBeDecoded) {
  EXPECT_EQ(find_userinfo("https://u:p%40w@h")->password, "p@w");
  EXPECT_EQ(find_userinfo("https://u:p%zzw@h")->password, "p%zzw");
  EXPECT_EQ(find_userinfo("https://token@h")->username, "token");
  EXPECT_FALSE(find_userinfo("https://h/"));
}

TEST(RedactUrlsIn, HidesEachAddressOfAText) {
  EXPECT_EQ(redact_urls_in("fatal: unable to access 'https://u:s3@h/r/': from http://t@h2, x"),
            "fatal: unable to access 'https://u:REDACTED@h/r/': from http://REDACTED@h2, x");
  EXPECT_EQ(redact_urls_in("://a 1https://u:s3@h"), "://a 1https://u:REDACTED@h");
  EXPECT_EQ(redact_urls_in("url.https://t@h/.insteadof git+ssh://u:s3@h"),
            "url.https://REDACTED@h/.insteadof git+ssh://u:REDACTED@h");
  EXPECT_EQ(redact_urls_in("no address"), "no address");
  EXPECT_EQ(redact_urls_in("://"), "://");
}

TEST(RedactUrl, HidesQueriesWhereAsked) {
  EXPECT_EQ(redact_url_and_query("http://u:p@h:1/x?token=y"), "http://u:REDACTED@h:1/x?REDACTED");
  EXPECT_EQ(redact_url_and_query("http://u:p?q@h/x?token=y"), "http://u:REDACTED@h/x?REDACTED");
  EXPECT_EQ(redact_url_and_query("nonsense?token=y"), "nonsense?REDACTED");
  EXPECT_EQ(redact_url_and_query("http://h/x"), "http://h/x");
  EXPECT_EQ(redact_url_and_query("http://h/x?"), "http://h/x?");
  EXPECT_EQ(redact_url_and_query(""), "");
}

}  // namespace
}  // namespace gitsync::util
