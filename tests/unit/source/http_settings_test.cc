// SPDX-License-Identifier: Apache-2.0
#include "source/http_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/command_scope.h"
#include "support/git_fixture.h"
#include "support/tcp_server.h"
#include "util/text.h"

namespace gitsync::source {
namespace {

using cli::ConfigPairs;
using net::Verify;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

constexpr auto kUrl = "https://example.com/group/repo";
const ConfigPairs kNoPairs;

util::Environment environment_of(
    const std::vector<std::pair<std::string, std::string>>& variables) {
  util::Environment environment;
  for (const auto& [name, value] : variables) environment.set(name, value);
  return environment;
}

HttpSettings read(const ConfigPairs& pairs, const util::Environment& environment = {}) {
  const auto settings = read_http_settings(pairs, environment, kUrl);
  EXPECT_TRUE(settings) << settings.error().message;
  return settings.value_or(HttpSettings());
}

// What is not understood; "" if all is.
std::string refusal(const ConfigPairs& pairs, const util::Environment& environment = {}) {
  const auto settings = read_http_settings(pairs, environment, kUrl);
  if (settings) return "";
  EXPECT_EQ(settings.error().cause, util::Cause::kNotUnderstood);
  return settings.error().message;
}

TEST(HttpSettings, WithoutAnySettingGitsDefaultsHold) {
  const auto settings = read({});
  EXPECT_EQ(settings.trust.verify, Verify::kYes);
  EXPECT_EQ(settings.trust.ca_file, "");
  EXPECT_EQ(settings.trust.ca_directory, "/etc/ssl/certs");
  EXPECT_EQ(settings.redirects, FollowRedirects::kInitial);
  EXPECT_EQ(settings.proactive, Proactive::kNever);
  EXPECT_EQ(settings.protocol, 2);
  EXPECT_EQ(settings.netrc_file, "");
  EXPECT_FALSE(settings.curl.cookie_file);
  EXPECT_THAT(settings.user_agent, testing::StartsWith("git/"));
}

TEST(HttpSettings, SettingsAreRead) {
  const auto settings = read({{"http.sslcainfo", "~/ca.pem"},
                              {"http.sslverify", "no"},
                              {"http.sslcert", "/c"},
                              {"http.sslkey", "/k"},
                              {"http.proxysslcainfo", "/pca"},
                              {"http.proxy", "http://u:p@proxy:1"},
                              {"http.cookiefile", "/cookies"},
                              {"http.useragent", "git/0"},
                              {"http.lowspeedlimit", "2k"},
                              {"http.lowspeedtime", "7"},
                              {"http.version", "HTTP/2"},
                              {"http.followredirects", "false"},
                              {"http.proactiveauth", "basic"},
                              {"protocol.version", "0"},
                              {"user.name", "somebody"}},
                             environment_of({{"HOME", "/home/me"}}));
  EXPECT_EQ(settings.trust.ca_file, "/home/me/ca.pem");
  EXPECT_EQ(settings.trust.verify, Verify::kNo);
  EXPECT_EQ(settings.curl.certificate.certificate_file, "/c");
  EXPECT_EQ(settings.curl.certificate.key_file, "/k");
  EXPECT_EQ(settings.trust.proxy_ca_file, "/pca");
  EXPECT_EQ(settings.curl.proxy->for_http, "http://u:p@proxy:1");
  EXPECT_EQ(settings.curl.proxy->for_https, "http://u:p@proxy:1");
  EXPECT_EQ(settings.curl.cookie_file, "/cookies");
  EXPECT_EQ(settings.user_agent, "git/0");
  EXPECT_EQ(settings.curl.low_speed.bytes_per_second, 2048);
  EXPECT_EQ(settings.curl.low_speed.time, std::chrono::seconds(7));
  EXPECT_EQ(settings.version, net::HttpVersion::k2);
  EXPECT_EQ(settings.redirects, FollowRedirects::kNo);
  EXPECT_EQ(settings.proactive, Proactive::kBasic);
  EXPECT_EQ(settings.protocol, 0);
  EXPECT_EQ(settings.netrc_file, "/home/me/.netrc");
}

TEST(HttpSettings, AFolderOfCertificatesReplacesTheSystemsBundle) {
  const auto settings = read({}, environment_of({{"GIT_SSL_CAPATH", "/certs"}}));
  EXPECT_EQ(settings.trust.ca_directory, "/certs");
  EXPECT_EQ(settings.last_ca_file, "");
  EXPECT_TRUE(settings.ca_directory_is_set);
}

TEST(HttpSettings, SettingsForAUrlCountIfTheyHoldAndFitBest) {
  EXPECT_EQ(read({{"http.https://example.com/group.useragent", "best"},
                  {"http.useragent", "general"},
                  {"http.https://*.com.useragent", "host"},
                  {"http.https://example.com/grou.useragent", "other"},
                  {"http.ftp://x.nonsense", "of no concern"}})
                .user_agent,
            "best");
}

TEST(HttpSettings, VariablesOutrankSettings) {
  const auto settings = read({{"http.sslverify", "true"},
                              {"http.sslcainfo", "/a"},
                              {"http.https://example.com/.useragent", "a"}},
                             environment_of({{"GIT_SSL_NO_VERIFY", ""},
                                             {"GIT_SSL_CAINFO", "/b"},
                                             {"GIT_HTTP_USER_AGENT", "b"},
                                             {"GIT_HTTP_LOW_SPEED_LIMIT", "5"},
                                             {"GIT_PROXY_SSL_CERT", "/pc"}}));
  EXPECT_EQ(settings.trust.verify, Verify::kNo) << "whatever its value, as git has it";
  EXPECT_EQ(settings.trust.ca_file, "/b");
  EXPECT_EQ(settings.user_agent, "b");
  EXPECT_EQ(settings.curl.low_speed.bytes_per_second, 5);
  EXPECT_EQ(settings.curl.proxy_certificate.certificate_file, "/pc");
}

// As git and libcurl were seen to do it.
TEST(HttpSettings, ProxiesOfTheEnvironmentAreReadInLibcurlsOrder) {
  using Variables = std::vector<std::pair<std::string, std::string>>;
  const auto proxy = [](const Variables& variables, const ConfigPairs& pairs = {}) {
    return read(pairs, environment_of(variables)).curl.proxy.value();
  };
  EXPECT_EQ(proxy({{"http_proxy", "a"}}).for_http, "a");
  EXPECT_EQ(proxy({{"HTTP_PROXY", "a"}}).for_http, "");
  EXPECT_EQ(proxy({{"http_proxy", "a"}}).for_https, "");
  EXPECT_EQ(proxy({{"https_proxy", "a"}, {"HTTPS_PROXY", "b"}}).for_https, "a");
  EXPECT_EQ(proxy({{"HTTPS_PROXY", "b"}, {"all_proxy", "c"}}).for_https, "b");
  EXPECT_EQ(proxy({{"ALL_PROXY", "c"}}).for_http, "c");
  EXPECT_EQ(proxy({{"https_proxy", ""}, {"all_proxy", "c"}}).for_https, "");
  EXPECT_EQ(proxy({{"no_proxy", "x"}, {"NO_PROXY", "y"}}).no_proxy, "x");
  EXPECT_EQ(proxy({{"https_proxy", "a"}}, {{"http.proxy", ""}}).for_https, "");
  EXPECT_EQ(proxy({{"no_proxy", "x"}}, {{"http.proxy", "d"}}).no_proxy, "x");
}

TEST(HttpSettings, WhatIsNotUnderstoodIsNamedWithoutItsValue) {
  EXPECT_EQ(refusal({{"http.sslversion", "tlsv1.2"}}), "http.sslversion is set");
  EXPECT_EQ(refusal({{"http.https://u:secret@example.com.sslversion", "1"}}), "");
  EXPECT_EQ(refusal({{"http.https://example.com.pinnedpubkey", "secret"}}),
            "http.<url>.pinnedpubkey is set");
  EXPECT_EQ(refusal({{"http.https://example.org.pinnedpubkey", "secret"}}), "");
  EXPECT_EQ(refusal({{"http.unknown", ""}}), "http.unknown is set");
  for (const auto& [name, value] : ConfigPairs{{"sslverify", "perhaps"},
                                               {"followredirects", "true"},
                                               {"emptyauth", "true"},
                                               {"savecookies", "true"},
                                               {"version", "HTTP/3"},
                                               {"proactiveauth", "digest"},
                                               {"proxyauthmethod", "ntlm"},
                                               {"proxy", "http://user@proxy"},
                                               {"sslcert", "~other/x"},
                                               {"sslcainfo", "%(prefix)/x"},
                                               {"sslcertpasswordprotected", "true"},
                                               {"extraheader", "no header"},
                                               {"extraheader", "User-Agent:"},
                                               {"extraheader", "Bad name: x"},
                                               {"lowspeedtime", "-1"}}) {
    EXPECT_EQ(refusal({{"http." + name, value}}), "http." + name + " is set") << value;
  }
  EXPECT_EQ(refusal({{"protocol.version", "3"}}), "protocol.version is set");
  EXPECT_EQ(refusal({{"protocol.https.allow", "never"}}), "protocol.allow is set");
  EXPECT_EQ(refusal({{"protocol.file.allow", "never"}, {"protocol.allow", "always"}}), "");
  for (const auto* name :
       {"GIT_SSL_VERSION", "GIT_SSL_CIPHER_LIST", "GIT_CURL_VERBOSE", "GIT_TRACE_CURL",
        "GIT_SMART_HTTP", "GIT_HTTP_NEW", "GIT_SSL_CERT_PASSWORD_PROTECTED"}) {
    EXPECT_EQ(refusal({}, environment_of({{name, "1"}})), std::string(name) + " is set");
  }
  EXPECT_EQ(refusal({}, environment_of({{"GIT_ALLOW_PROTOCOL", "https:ssh"}})),
            "GIT_ALLOW_PROTOCOL is set");
  EXPECT_EQ(refusal({}, environment_of({{"GIT_ALLOW_PROTOCOL", "https:ssh:http"}})), "");
  EXPECT_THAT(refusal({}, environment_of({{"https_proxy", "http://user@proxy"}})),
              HasSubstr("proxy"));
}

// The headers x-* of the request that git sends with these settings.
std::vector<std::string> git_sends(const test::GitFixture& git, const test::TcpServer& server,
                                   const ConfigPairs& pairs) {
  std::vector<std::string> args;
  for (const auto& [key, value] : pairs) args.insert(args.end(), {"-c", key + "=" + value});
  args.insert(args.end(), {"ls-remote", server.url("/group/repo")});
  EXPECT_FALSE(git.cli.run(args, git.dir.path(), git.limit()));
  std::vector<std::string> headers;
  for (const auto& line : util::split(server.requests().back(), '\n')) {
    if (line.starts_with("X-")) headers.emplace_back(util::trim(line));
  }
  return headers;
}

TEST(HttpSettings, ExtraHeadersAddUpAsGitAddsThem) {
  const test::GitFixture git;
  const test::TcpServer server(
      test::TcpServer::answering("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"));
  const auto host = server.url();
  const auto at = [&](const std::string& path) { return "http." + host + path + ".extraheader"; };
  const std::vector<ConfigPairs> cases{
      {{"http.extraheader", "X-A: 1"}, {"http.extraheader", "X-B: 2"}},
      {{"http.extraheader", "X-A: 1"}, {"http.extraheader", ""}, {"http.extraheader", "X-B: 2"}},
      {{"http.extraheader", "X-A: 1"}, {at(""), "X-B: 2"}, {"http.extraheader", "X-C: 3"}},
      {{at(""), "X-B: 2"}, {"http.extraheader", "X-A: 1"}, {at("group"), "X-D: 4"}},
      {{at("group"), "X-B: 2"}, {at("group/"), "X-A: 1"}, {at("other"), "X-D: 4"}},
      {{"http.extraheader", "X-A: 1"}, {at(""), ""}},
      {{"http.extraheader", "X-Empty;"}},
  };
  for (const auto& pairs : cases) {
    const auto settings = read_http_settings(pairs, {}, host + "group/repo");
    ASSERT_TRUE(settings) << settings.error().message;
    std::vector<std::string> ours;
    for (const auto& [name, value] : settings->extra_headers) {
      ours.emplace_back(util::trim(name + ": " + value));
    }
    EXPECT_EQ(ours, git_sends(git, server, pairs)) << pairs.front().second;
  }
}

}  // namespace
}  // namespace gitsync::source
