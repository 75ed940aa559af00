// SPDX-License-Identifier: Apache-2.0
// Sources × sinks: a secret from any place where we are given one is shown at none where we show
// texts: help, usage errors, the flags of the log, records at the highest verbosity, the error
// file.
#include "app/secret_setup.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "config/config.h"
#include "log/error_file.h"
#include "log/logger.h"
#include "support/temp_dir.h"
#include "util/base64.h"
#include "util/files.h"

namespace gitsync::app {
namespace {

using Words = std::vector<std::string>;
using Variables = std::vector<std::pair<std::string, std::string>>;

constexpr const char* kSecret = "s3cr3t/0f@many#parts";
constexpr const char* kEncoded = "s3cr3t%2F0f%40many%23parts";

struct Source {
  Words words;
  Variables variables;
};

std::string basic() { return util::base64_encode(std::string("user:") + kSecret); }

// Every way to be given a secret that is valid.
std::vector<Source> sources() {
  const std::string secret = kSecret;
  const std::string encoded = kEncoded;
  const std::string json =
      R"({"url":"https://h","username":"user","password":")" + secret + R"("})";
  const std::string header = "Authorization: Basic " + basic();
  return {
      {{"--repo=https://user:" + encoded + "@h/r"}, {}},
      {{}, {{"GITSYNC_REPO", "https://user:" + encoded + "@h/r"}}},
      {{}, {{"GIT_SYNC_REPO", "https://user:" + encoded + "@h/r"}}},
      {{"--username=user", "--password=" + secret}, {}},
      {{"--username=user"}, {{"GITSYNC_PASSWORD", secret}}},
      {{"--username=user"}, {{"GIT_SYNC_PASSWORD", secret}}},
      {{"--username=user"}, {{"GITSYNC_PASSWORD", secret + "\n"}}},
      {{"--credential=" + json}, {}},
      {{}, {{"GITSYNC_CREDENTIAL", "[" + json + "]"}}},
      {{R"(--credential={"url":"https://user:)" + encoded +
        R"(@h","username":"u","password-file":"/f"})"},
       {}},
      {{"--git-config=http.extraHeader:" + header}, {}},
      {{"--git-config-add=\"http.https://h/.extraHeader\":\"" + header + "\""}, {}},
      {{"--git-config=http.\"https://h/\".extraHeader:" + header}, {}},
      {{"--git-config=http.extraHeader:Authorization: Bearer " + secret}, {}},
      {{"--git-config=http.proxy:http://user:" + encoded + "@proxy:1"}, {}},
      {{"--git-config=\"url.https://user:" + encoded + "@h/.insteadOf\":\"https://h/\""}, {}},
      {{"--git-config=core.sshCommand:sshpass -p " + secret + " ssh"}, {}},
      {{"--git-config=some.password:" + secret}, {}},
      {{"--askpass-url=http://user:" + encoded + "@h/x?token=" + encoded}, {}},
      {{"--webhook-url=https://hooks.h/services/" + encoded}, {}},
      {{"--webhook-url=https://user:" + encoded + "@hooks.h/x?key=" + encoded}, {}},
      {{"--github-base-url=https://user:" + encoded + "@h/"}, {}},
      {{}, {{"GITSYNC_GITHUB_APP_PRIVATE_KEY", secret}}},
      {{},
       {{"GITSYNC_GITHUB_APP_PRIVATE_KEY", "-----BEGIN X-----\n" + secret + "\n-----END X-----"}}},
      {{}, {{"https_proxy", "http://user:" + encoded + "@proxy:99999999"}}},
      {{}, {{"HTTP_PROXY", "user:" + encoded + "@proxy:3128"}}},
      {{}, {{"ALL_PROXY", "socks5://user:" + encoded + "@proxy:1\n"}}},
      {{},
       {{"GIT_CONFIG_COUNT", "2"},
        {"GIT_CONFIG_KEY_0", "gc.auto"},
        {"GIT_CONFIG_VALUE_0", "0"},
        {"GIT_CONFIG_KEY_1", "http.extraHeader"},
        {"GIT_CONFIG_VALUE_1", header}}},
      {{}, {{"GIT_CONFIG_PARAMETERS", "'gc.auto=0' 'http.extraheader=" + header + "'"}}},
      {{}, {{"GIT_CONFIG_PARAMETERS", "'http.https://h/?a=b.extraheader'='" + header + "'"}}},
      {{}, {{"GIT_SSH_COMMAND", "sshpass -p " + secret + " ssh"}}},
      {{}, {{"GIT_SSH_COMMAND", "/usr/bin/sshpass -p '" + secret + "' ssh"}}},
      {{}, {{"SSHPASS", secret}}},
  };
}

bool shows(const std::string& text) {
  for (const std::string& spelling : {std::string(kSecret), std::string(kEncoded), basic()}) {
    if (text.find(spelling) != std::string::npos) return true;
  }
  return false;
}

std::string texts_of(const config::Outcome& outcome) {
  std::string text = outcome.out + outcome.err + outcome.error_file_message;
  for (const auto& flag : outcome.logged_flags) text += flag + "\n";
  for (const auto& notice : outcome.notices) {
    text += notice.message;
    for (const auto& [key, value] : notice.values) text += key + "=" + value + "\n";
  }
  return text;
}

class SecretSources : public testing::TestWithParam<Source> {
 protected:
  config::Outcome configure(const Words& more) {
    Words words{"--root=/git"};
    const bool has_repo = GetParam().words.size() == 1 && GetParam().words[0].starts_with("--repo");
    if (!has_repo &&
        environment().get_or("GITSYNC_REPO", environment().get_or("GIT_SYNC_REPO", "")).empty()) {
      words.emplace_back("--repo=https://h/r");
    }
    words.insert(words.end(), GetParam().words.begin(), GetParam().words.end());
    words.insert(words.end(), more.begin(), more.end());
    std::vector<const char*> args;
    for (const auto& word : words) args.push_back(word.c_str());
    const auto variables = environment();
    return config::configure({.args = args,
                              .environment = variables,
                              .cwd = "/",
                              .program = "git-sync",
                              .version = "1"});
  }
  static util::Environment environment() {
    util::Environment environment;
    for (const auto& [name, value] : GetParam().variables) environment.set(name, value);
    return environment;
  }
};

TEST_P(SecretSources, AreNotShownBeforeTheLogBegins) {
  for (const Words& words : std::vector<Words>{{"--help"},
                                               {"--man"},
                                               {"--version"},
                                               {"--no-such-flag"},
                                               {"--depth=x"},
                                               {"--depth=-1", "--error-file=e"},
                                               {"--verbose=9"}}) {
    const std::string text = texts_of(configure(words));
    EXPECT_FALSE(shows(text)) << words[0] << ": " << text;
  }
}

// Whatever quotes a secret: git, ssh, libcurl, a server, a hook.
TEST_P(SecretSources, AreNotShownInAnyPartOfARecord) {
  const config::Outcome outcome = configure({"--verbose=9"});
  ASSERT_EQ(outcome.kind, config::Outcome::Kind::kRun) << outcome.err.substr(0, 200);
  const test::TempDir folder;
  const std::string error_file = folder.path() + "/error";
  const std::string lines = folder.path() + "/log";
  {
    const int fd = ::open(lines.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    auto sink = std::make_shared<log::Sink>(log::SinkOptions{.fd = fd, .verbosity = 9});
    register_secrets(outcome.settings, environment(), *sink);
    const log::Logger logger = log::Logger(sink).with_error_file(
        std::make_shared<log::ErrorFile>(error_file, util::SafeWay{.root = folder.path()}));
    for (const std::string& text : {std::string(kSecret), std::string(kEncoded), basic()}) {
      // Where the user name is not known, what goes with it is found by its shape only.
      const std::string shown = text == basic() ? "Authorization: Basic " + text : "«" + text + "»";
      logger.info(9, shown, {{"text", shown}, {"list", Words{shown}}});
      logger.error(shown, util::Error{util::ErrorKind::kLocal, "Run(git " + shown + ")", shown},
                   {{"map", std::map<std::string, std::string>{{shown, shown}}}});
    }
    ::close(fd);
  }
  const std::string text = util::read_file(lines).value() + util::read_file(error_file).value();
  EXPECT_FALSE(shows(text)) << text;
}

// The arguments of programs that a setting names, where they can be told from the rest.
TEST(RegisterSecrets, HidesArgumentsOfHooksOfExtAddressesAndOfProxyCommands) {
  config::Settings settings;
  settings.repo = "ext::sh -c 'connect s3cr3t'";
  settings.exechook_command = "/hook --key s3cr3t";
  settings.pre_publish_exechook_command = "env API_KEY=s3cr3t hook";
  util::Environment environment;
  const std::string ssh = R"(ssh -o "ProxyCommand=connect -S s3cr3t@h:1 %h \"%p\"")";
  environment.set("GIT_SSH_COMMAND", ssh);
  log::Sink sink({});
  register_secrets(settings, environment, sink);
  for (const std::string& text : {"Run(git fetch " + settings.repo + " main): failed",
                                  "start " + settings.exechook_command + ": No such file",
                                  "start " + settings.pre_publish_exechook_command, ssh}) {
    const std::string shown = sink.redact(text);
    EXPECT_EQ(shown.find("s3cr3t"), std::string::npos) << shown;
    EXPECT_NE(shown.find("REDACTED"), std::string::npos) << shown;
  }
  EXPECT_EQ(sink.redact("start " + settings.exechook_command), "start /hook REDACTED");
}

INSTANTIATE_TEST_SUITE_P(All, SecretSources, testing::ValuesIn(sources()));

}  // namespace
}  // namespace gitsync::app
