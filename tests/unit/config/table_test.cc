// SPDX-License-Identifier: Apache-2.0
// The table against a second copy of the contract's tables (docs/contract.md#flags to
// #deprecated-flags), written down independently: name, type, default, and all variables.
#include "config/table.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <set>
#include <string>
#include <vector>

#include "config/value.h"
#include "configure_support.h"

namespace gitsync::config {
namespace {

struct Expected {
  std::string flag;
  std::string type;
  std::string default_value;
  std::vector<std::string> variables;
};

std::vector<Expected> ordinary_flags() {
  return {
      {"version", "bool", "false", {}},
      {"help", "bool", "false", {}},
      {"man", "bool", "false", {}},
      {"verbose", "int", "0", {"GITSYNC_VERBOSE"}},
      {"repo", "string", "", {"GITSYNC_REPO", "GIT_SYNC_REPO"}},
      {"ref", "string", "HEAD", {"GITSYNC_REF"}},
      {"depth", "int", "1", {"GITSYNC_DEPTH", "GIT_SYNC_DEPTH"}},
      {"filter", "string", "", {"GITSYNC_FILTER"}},
      {"submodules", "string", "recursive", {"GITSYNC_SUBMODULES", "GIT_SYNC_SUBMODULES"}},
      {"sparse-checkout-file",
       "string",
       "",
       {"GITSYNC_SPARSE_CHECKOUT_FILE", "GIT_SYNC_SPARSE_CHECKOUT_FILE"}},
      {"root", "string", "", {"GITSYNC_ROOT", "GIT_SYNC_ROOT"}},
      {"link", "string", "", {"GITSYNC_LINK", "GIT_SYNC_LINK"}},
      {"error-file", "string", "", {"GITSYNC_ERROR_FILE", "GIT_SYNC_ERROR_FILE"}},
      {"touch-file", "string", "", {"GITSYNC_TOUCH_FILE", "GIT_SYNC_TOUCH_FILE"}},
      {"group-write", "bool", "false", {"GITSYNC_GROUP_WRITE", "GIT_SYNC_GROUP_WRITE"}},
      {"stale-worktree-timeout", "duration", "0s", {"GITSYNC_STALE_WORKTREE_TIMEOUT"}},
      {"period", "duration", "10s", {"GITSYNC_PERIOD", "GIT_SYNC_PERIOD"}},
      {"init-period", "duration", "0s", {"GITSYNC_INIT_PERIOD"}},
      {"sync-timeout", "duration", "2m0s", {"GITSYNC_SYNC_TIMEOUT", "GIT_SYNC_SYNC_TIMEOUT"}},
      {"one-time", "bool", "false", {"GITSYNC_ONE_TIME", "GIT_SYNC_ONE_TIME"}},
      {"max-failures", "int", "0", {"GITSYNC_MAX_FAILURES", "GIT_SYNC_MAX_FAILURES"}},
      {"init-max-failures", "int", "0", {"GITSYNC_INIT_MAX_FAILURES"}},
      {"sync-on-signal", "string", "", {"GITSYNC_SYNC_ON_SIGNAL", "GIT_SYNC_SYNC_ON_SIGNAL"}},
      {"exechook-command", "string", "", {"GITSYNC_EXECHOOK_COMMAND", "GIT_SYNC_EXECHOOK_COMMAND"}},
      {"exechook-timeout",
       "duration",
       "30s",
       {"GITSYNC_EXECHOOK_TIMEOUT", "GIT_SYNC_EXECHOOK_TIMEOUT"}},
      {"exechook-backoff",
       "duration",
       "3s",
       {"GITSYNC_EXECHOOK_BACKOFF", "GIT_SYNC_EXECHOOK_BACKOFF"}},
      {"pre-publish-exechook-command", "string", "", {"GITSYNC_PRE_PUBLISH_EXECHOOK_COMMAND"}},
      {"pre-publish-exechook-timeout", "duration", "30s", {"GITSYNC_PRE_PUBLISH_EXECHOOK_TIMEOUT"}},
      {"pre-publish-exechook-backoff", "duration", "3s", {"GITSYNC_PRE_PUBLISH_EXECHOOK_BACKOFF"}},
      {"webhook-url", "string", "", {"GITSYNC_WEBHOOK_URL", "GIT_SYNC_WEBHOOK_URL"}},
      {"webhook-method", "string", "POST", {"GITSYNC_WEBHOOK_METHOD", "GIT_SYNC_WEBHOOK_METHOD"}},
      {"webhook-success-status",
       "int",
       "200",
       {"GITSYNC_WEBHOOK_SUCCESS_STATUS", "GIT_SYNC_WEBHOOK_SUCCESS_STATUS"}},
      {"webhook-timeout",
       "duration",
       "1s",
       {"GITSYNC_WEBHOOK_TIMEOUT", "GIT_SYNC_WEBHOOK_TIMEOUT"}},
      {"webhook-backoff",
       "duration",
       "3s",
       {"GITSYNC_WEBHOOK_BACKOFF", "GIT_SYNC_WEBHOOK_BACKOFF"}},
      {"username", "string", "", {"GITSYNC_USERNAME", "GIT_SYNC_USERNAME"}},
      {"password-file", "string", "", {"GITSYNC_PASSWORD_FILE", "GIT_SYNC_PASSWORD_FILE"}},
      {"credential", "credentialSlice", "[]", {"GITSYNC_CREDENTIAL"}},
      {"ssh-key-file",
       "stringArray",
       "[/etc/git-secret/ssh]",
       {"GITSYNC_SSH_KEY_FILE", "GIT_SYNC_SSH_KEY_FILE", "GIT_SSH_KEY_FILE"}},
      {"ssh-known-hosts",
       "bool",
       "true",
       {"GITSYNC_SSH_KNOWN_HOSTS", "GIT_SYNC_KNOWN_HOSTS", "GIT_KNOWN_HOSTS"}},
      {"ssh-known-hosts-file",
       "string",
       "/etc/git-secret/known_hosts",
       {"GITSYNC_SSH_KNOWN_HOSTS_FILE", "GIT_SYNC_SSH_KNOWN_HOSTS_FILE",
        "GIT_SSH_KNOWN_HOSTS_FILE"}},
      {"cookie-file",
       "bool",
       "false",
       {"GITSYNC_COOKIE_FILE", "GIT_SYNC_COOKIE_FILE", "GIT_COOKIE_FILE"}},
      {"askpass-url",
       "string",
       "",
       {"GITSYNC_ASKPASS_URL", "GIT_SYNC_ASKPASS_URL", "GIT_ASKPASS_URL"}},
      {"github-base-url", "string", "https://api.github.com/", {"GITSYNC_GITHUB_BASE_URL"}},
      {"github-app-private-key-file", "string", "", {"GITSYNC_GITHUB_APP_PRIVATE_KEY_FILE"}},
      {"github-app-client-id", "string", "", {"GITSYNC_GITHUB_APP_CLIENT_ID"}},
      {"github-app-application-id", "int", "0", {"GITSYNC_GITHUB_APP_APPLICATION_ID"}},
      {"github-app-installation-id", "int", "0", {"GITSYNC_GITHUB_APP_INSTALLATION_ID"}},
      {"add-user", "bool", "false", {"GITSYNC_ADD_USER", "GIT_SYNC_ADD_USER"}},
      {"git", "string", "git", {"GITSYNC_GIT", "GIT_SYNC_GIT"}},
      {"git-config", "string", "", {"GITSYNC_GIT_CONFIG", "GIT_SYNC_GIT_CONFIG"}},
      {"git-config-add", "stringArray", "[]", {}},
      {"git-gc", "string", "always", {"GITSYNC_GIT_GC", "GIT_SYNC_GIT_GC"}},
      {"http-bind", "string", "", {"GITSYNC_HTTP_BIND", "GIT_SYNC_HTTP_BIND"}},
      {"http-metrics", "bool", "false", {"GITSYNC_HTTP_METRICS", "GIT_SYNC_HTTP_METRICS"}},
      {"http-pprof", "bool", "false", {"GITSYNC_HTTP_PPROF", "GIT_SYNC_HTTP_PPROF"}},
  };
}

std::vector<Expected> hidden_flags() {
  return {
      {"__?", "bool", "false", {}},
      {"__env__GITSYNC_PASSWORD", "string", "", {"GITSYNC_PASSWORD", "GIT_SYNC_PASSWORD"}},
      {"__env__GITSYNC_GITHUB_APP_PRIVATE_KEY", "string", "", {"GITSYNC_GITHUB_APP_PRIVATE_KEY"}},
      {"branch", "string", "", {"GIT_SYNC_BRANCH"}},
      {"rev", "string", "", {"GIT_SYNC_REV"}},
      {"dest", "string", "", {"GIT_SYNC_DEST"}},
      {"wait", "float", "0.000000", {"GIT_SYNC_WAIT"}},
      {"timeout", "int", "0", {"GIT_SYNC_TIMEOUT"}},
      {"max-sync-failures", "int", "0", {"GIT_SYNC_MAX_SYNC_FAILURES"}},
      {"sync-hook-command", "string", "", {"GIT_SYNC_HOOK_COMMAND"}},
      {"password", "string", "", {}},
      {"v", "int", "-1", {}},
      {"ssh", "bool", "false", {}},
      {"change-permissions", "int", "0", {"GIT_SYNC_PERMISSIONS"}},
  };
}

void expect_row(const Expected& expected, bool hidden) {
  SCOPED_TRACE(expected.flag);
  const Row* const row = find_flag(expected.flag);
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(type_name(*row), expected.type);
  EXPECT_EQ(show_value(Inputs{}, *row), expected.default_value);
  std::vector<std::string> variables;
  for (const std::string_view name : {row->env, row->old_envs[0], row->old_envs[1]}) {
    if (!name.empty()) variables.emplace_back(name);
  }
  EXPECT_EQ(variables, expected.variables);
  EXPECT_EQ(row->use != Use::kPublic && row->use != Use::kSwitch, hidden);
}

// What the reference does not have.
std::vector<Expected> own_flags() {
  return {{"bearer-token-file", "string", "", {"GITSYNC_BEARER_TOKEN_FILE"}},
          {"engine", "string", "auto", {"GITSYNC_ENGINE"}},
          {"exclude", "stringArray", "[]", {"GITSYNC_EXCLUDE"}},
          {"max-tree-size", "string", "10GiB", {"GITSYNC_MAX_TREE_SIZE"}},
          {"publish-snapshot", "stringArray", "[]", {"GITSYNC_PUBLISH_SNAPSHOT"}},
          {"registry-config", "string", "", {"GITSYNC_REGISTRY_CONFIG"}},
          {"registry-plain-http", "bool", "false", {"GITSYNC_REGISTRY_PLAIN_HTTP"}},
          {"s3-concurrency", "int", "16", {"GITSYNC_S3_CONCURRENCY"}},
          {"s3-endpoint", "string", "", {"GITSYNC_S3_ENDPOINT"}},
          {"s3-path-style", "bool", "false", {"GITSYNC_S3_PATH_STYLE"}},
          {"s3-region", "string", "", {"GITSYNC_S3_REGION"}},
          {"snapshot-keep", "int", "10", {"GITSYNC_SNAPSHOT_KEEP"}},
          {"serve-snapshots", "string", "", {"GITSYNC_SERVE_SNAPSHOTS"}},
          {"serve-snapshots-tls-cert", "string", "", {"GITSYNC_SERVE_SNAPSHOTS_TLS_CERT"}},
          {"serve-snapshots-tls-key", "string", "", {"GITSYNC_SERVE_SNAPSHOTS_TLS_KEY"}},
          {"serve-snapshots-token-file", "string", "", {"GITSYNC_SERVE_SNAPSHOTS_TOKEN_FILE"}},
          {"trust-foreign-owner", "bool", "false", {"GITSYNC_TRUST_FOREIGN_OWNER"}},
          {"write-concurrency", "int", "0", {"GITSYNC_WRITE_CONCURRENCY"}}};
}

TEST(Table, HoldsEveryFlagOfTheContract) {
  for (const Expected& expected : own_flags()) expect_row(expected, false);
  for (const Expected& expected : ordinary_flags()) expect_row(expected, false);
  for (const Expected& expected : hidden_flags()) expect_row(expected, true);
  EXPECT_EQ(table().size(), own_flags().size() + ordinary_flags().size() + hidden_flags().size());
}

TEST(Table, NamesEachFlagAndVariableOnce) {
  std::set<std::string_view> flags;
  std::set<std::string_view> variables;
  for (const Row& row : table()) {
    EXPECT_TRUE(flags.insert(row.flag).second) << row.flag;
    EXPECT_FALSE(row.help.empty()) << row.flag;
    EXPECT_FALSE(row.help.ends_with('.')) << row.flag;
    EXPECT_EQ(row.use == Use::kDeprecated, !row.replacement.empty()) << row.flag;
    for (const std::string_view name : {row.env, row.old_envs[0], row.old_envs[1]}) {
      if (name.empty()) continue;
      EXPECT_TRUE(variables.insert(name).second) << name;
    }
  }
}

TEST(Table, GivesEveryPublicSettingTheVariableOfItsName) {
  for (const Row& row : table()) {
    if (row.use != Use::kPublic || row.flag == "git-config-add") continue;
    std::string name = "GITSYNC_";
    for (const char c : row.flag) {
      name += c == '-' ? '_' : static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
    }
    EXPECT_EQ(row.env, name);
  }
}

// A value other than the default that every rule accepts, and how the log shows it.
std::pair<std::string, std::string> sample(const Expected& expected) {
  if (expected.flag == "repo") return {"/srv/other.git", "/srv/other.git"};
  if (expected.flag == "submodules" || expected.flag == "git-gc") return {"off", "off"};
  if (expected.flag == "git-config") return {"gc.b:c", "gc.b:c"};
  if (expected.flag == "webhook-url") return {"http://h/path", "http://h/REDACTED"};
  if (expected.flag == "sync-on-signal") return {"USR1", "USR1"};
  if (expected.type == "bool") {
    const std::string value = expected.default_value == "true" ? "false" : "true";
    return {value, value};
  }
  if (expected.type == "int") return {"0x10", "16"};
  if (expected.type == "duration") return {"90s", "1m30s"};
  if (expected.type == "stringArray") return {"/a:/b", "[/a,/b]"};
  return {"some/text", "some/text"};
}

bool takes_value_alone(const std::string& flag) {
  // These need company to be valid; validate_test has them.
  static const std::set<std::string> kNeedCompany{
      "username",     "password-file", "github-app-client-id", "github-app-application-id",
      "http-metrics", "http-pprof",    "credential",           "github-app-installation-id"};
  return !kNeedCompany.contains(flag);
}

TEST(Table, EveryVariableOfEverySettingIsRead) {
  for (const Expected& expected : ordinary_flags()) {
    if (!takes_value_alone(expected.flag)) continue;
    const auto [given, shown] = sample(expected);
    for (const std::string& variable : expected.variables) {
      test::Variables variables{{"GITSYNC_REPO", "/srv/r.git"}, {"GITSYNC_ROOT", "/git"}};
      variables.emplace_back(variable, given);
      const Outcome outcome = test::configure_with({"--verbose=6"}, variables);
      ASSERT_TRUE(test::runs(outcome)) << variable << ": " << test::complaint(outcome);
      if (expected.flag == "verbose") continue;  // the flag wins
      const std::string line = "--" + expected.flag + "=" + shown;
      EXPECT_EQ(std::ranges::count(outcome.logged_flags, line), 1) << variable << ": " << line;
    }
  }
}

TEST(Table, EveryFlagIsReadInBothForms) {
  for (const Expected& expected : ordinary_flags()) {
    if (!takes_value_alone(expected.flag) || expected.variables.empty()) continue;
    auto [given, shown] = sample(expected);
    if (expected.type == "stringArray") shown = "[" + given + "]";
    std::vector<test::Words> forms{{"--" + expected.flag + "=" + given}};
    if (expected.type != "bool") forms.push_back({"--" + expected.flag, given});
    for (const test::Words& form : forms) {
      const Outcome outcome = test::run_with(form);
      ASSERT_TRUE(test::runs(outcome)) << form[0] << ": " << test::complaint(outcome);
      const std::string line = "--" + expected.flag + "=" + shown;
      EXPECT_EQ(std::ranges::count(outcome.logged_flags, line), 1) << line;
    }
  }
}

}  // namespace
}  // namespace gitsync::config
