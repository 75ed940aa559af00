// SPDX-License-Identifier: Apache-2.0
#include "git/config_url.h"

#include <gtest/gtest.h>

#include <random>

#include "support/git_fixture.h"

namespace gitsync::git {
namespace {

// What `git config --get-urlmatch http.useragent <url>` answers to settings in this order; "" for
// nothing.
std::string ask_git(const test::GitFixture& fixture, const std::vector<std::string>& settings,
                    const std::string& url) {
  std::string text;
  for (std::size_t i = 0; i < settings.size(); ++i) {
    std::string quoted;
    for (const char c : settings[i]) {
      if (c == '"' || c == '\\') quoted += '\\';
      quoted += c;
    }
    text += "[http \"" + quoted + "\"]\nuserAgent = " + std::to_string(i) + "\n";
  }
  // Never an error: the last one says that nothing else matched.
  text = "[http]\nuserAgent = none\n" + text;
  const auto path = fixture.dir / "config";
  EXPECT_TRUE(util::write_file(path, text));
  return fixture.git(fixture.dir.path(),
                     {"config", "--file", path, "--get-urlmatch", "http.useragent", url});
}

std::string ask_us(const std::vector<std::string>& settings, const std::string& url) {
  const auto wanted = normalize_config_url(url);
  EXPECT_TRUE(wanted) << url;
  std::string answer = "none";
  UrlRank best;
  for (std::size_t i = 0; i < settings.size(); ++i) {
    const auto setting = normalize_config_url(settings[i]);
    const auto rank = setting ? match_config_url(*setting, *wanted) : std::nullopt;
    if (!rank || *rank < best) continue;
    best = *rank;
    answer = std::to_string(i);
  }
  return answer;
}

TEST(ConfigUrl, SettingsHoldWhereGitSaysSo) {
  const test::GitFixture git;
  const std::vector<std::pair<std::string, std::string>> cases{
      {"https://example.com", "https://example.com/a"},
      {"http://example.com", "https://example.com/a"},
      {"HTTPS://EXAMPLE.com", "https://example.com/a"},
      {"https://example.com:443", "https://example.com/a"},
      {"https://example.com:0443", "https://example.com/a"},
      {"https://example.com:", "https://example.com/a"},
      {"https://example.com.", "https://example.com/a"},
      {"https://example.com:8443", "https://example.com:8443/a"},
      {"https://example.com:8443", "https://example.com/a"},
      {"https://example.com:70000", "https://example.com/a"},
      {"https://*.com", "https://example.com/a"},
      {"https://*", "https://example.com/a"},
      {"https://*", "https://localhost/a"},
      {"https://e*", "https://example.com/a"},
      {"https://*.example.com", "https://foo.example.com/a"},
      {"https://*.example.com", "https://a.foo.example.com/a"},
      {"https://*.*.example.com", "https://a.foo.example.com/a"},
      {"https://f*.example.com", "https://foo.example.com/a"},
      {"https://foo.*.com", "https://foo.example.com/a"},
      {"https://*.example.com", "https://.example.com/a"},
      {"https://*.example.com", "https://example.com/a"},
      {"https://*.example.com:8443", "https://foo.example.com:8443/a"},
      {"https://example.com/a", "https://example.com/a"},
      {"https://example.com/a/", "https://example.com/a"},
      {"https://example.com/a", "https://example.com/a/"},
      {"https://example.com/a", "https://example.com/ab"},
      {"https://example.com/a", "https://example.com/a/b"},
      {"https://example.com/A", "https://example.com/a"},
      {"https://example.com/%61", "https://example.com/a"},
      {"https://example.com/%7e", "https://example.com/~"},
      {"https://example.com/%2f", "https://example.com/%2F"},
      {"https://example.com/%zz", "https://example.com/a"},
      {"https://example.com/%2", "https://example.com/a"},
      {"https://example.com/a/../b", "https://example.com/b"},
      {"https://example.com/../b", "https://example.com/b"},
      {"https://example.com/./b", "https://example.com/b"},
      {"https://example.com/a/..", "https://example.com/b"},
      {"https://example.com/a/.", "https://example.com/a/b"},
      {"https://example.com/a/%2e%2e/b", "https://example.com/b"},
      {"https://example.com/a%2e%2e/b", "https://example.com/a../b"},
      {"https://example.com//b", "https://example.com/b"},
      {"https://example.com//b", "https://example.com//b"},
      {"https://example.com/a%20b", "https://example.com/a%20b"},
      {"https://example.com/\xc3\xa4", "https://example.com/%C3%A4"},
      {"https://example.com/\"x", "https://example.com/%22x"},
      {"https://u@example.com", "https://example.com/b"},
      {"https://u@example.com", "https://u@example.com/b"},
      {"https://u:p@example.com", "https://u:q@example.com/b"},
      {"https://%75@example.com", "https://u@example.com/b"},
      {"https://example.com", "https://u@example.com/b"},
      {"https://a@b@example.com", "https://a%40b@example.com/a"},
      {"https://example.com?x", "https://example.com/b?x"},
      {"https://example.com/b?x", "https://example.com/b?x"},
      {"https://example.com/b", "https://example.com/b?x"},
      {"https://example.com/b/", "https://example.com/b?x"},
      {"example.com", "https://example.com/b"},
      {"https:///b", "https://example.com/b"},
      {"https://exa%6dple.com/b", "https://example.com/b"},
      {"https://[::1]/b", "https://[::1]/b/c"},
      {"https://[::1]:8443/b", "https://[::1]:8443/b/c"},
      {"https://[::0001]/b", "https://[::1]/b/c"},
      {"https://exa mple.com", "https://example.com/b"},
      {"://example.com", "https://example.com/b"},
      {"", "https://example.com/b"},
  };
  for (const auto& [setting, url] : cases) {
    EXPECT_EQ(ask_us({setting}, url), ask_git(git, {setting}, url)) << setting << " and " << url;
  }
}

TEST(ConfigUrl, OfManySettingsTheOneThatGitTakesWins) {
  const test::GitFixture git;
  std::mt19937 random(20250101);
  const auto one_of = [&](const std::vector<std::string>& texts) {
    return texts[random() % texts.size()];
  };
  const auto any_url = [&] {
    return one_of({"https", "http"}) + "://" + one_of({"", "", "u@", "v@"}) +
           one_of({"*.example.com", "foo.*.com", "foo.example.com", "*.*.com", "foo.example.*"}) +
           one_of({"", "", ":443", ":80"}) + one_of({"", "/", "/a", "/a/", "/a/b", "/a/b/c"});
  };
  for (int i = 0; i < 200; ++i) {
    std::vector<std::string> settings(6);
    for (auto& setting : settings) setting = any_url();
    const std::string url = one_of({"https", "http"}) + "://" + one_of({"", "u@", "v@"}) +
                            "foo.example.com" + one_of({"/a", "/a/b", "/a/b/c/d", ""});
    std::string all;
    for (const auto& setting : settings) all += setting + "\n";
    ASSERT_EQ(ask_us(settings, url), ask_git(git, settings, url)) << url << "\n" << all;
  }
}

}  // namespace
}  // namespace gitsync::git
