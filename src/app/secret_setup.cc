// SPDX-License-Identifier: Apache-2.0
#include "app/secret_setup.h"

#include <algorithm>
#include <cstdint>

#include "util/config_secret.h"
#include "util/number.h"
#include "util/secret_parts.h"
#include "util/url.h"

namespace gitsync::app {
namespace {

void hide(log::Sink& sink, const util::Secrets& secrets) {
  for (const auto& secret : secrets) sink.add_secret(secret);
}

void hide_settings(const config::Settings& settings, log::Sink& sink) {
  if (settings.password_file.empty()) {
    hide(sink, util::parts_of_login(settings.username, settings.password));
  }
  sink.add_secret(settings.github_app_private_key);
  for (const auto& c : settings.credentials) {
    if (c.password_file.empty()) hide(sink, util::parts_of_login(c.username, c.password));
    hide(sink, util::parts_of_address(c.url));
  }
  for (const auto& [key, value] : settings.git_config_pairs) {
    hide(sink, util::secrets_of_setting(key, value));
  }
  for (const auto* url : {&settings.repo, &settings.askpass_url, &settings.github_base_url}) {
    hide(sink, util::parts_of_address(*url));
  }
  hide(sink, util::parts_of_capability(settings.webhook_url));
  for (const auto* command : {&settings.exechook_command, &settings.pre_publish_exechook_command}) {
    hide(sink, util::parts_of_hook(*command));
  }
}

// git(1), "GIT_CONFIG_COUNT".
void hide_counted_settings(const util::Environment& environment, log::Sink& sink) {
  constexpr std::int64_t kMost = 1000;
  const auto count = util::parse_int(environment.get_or("GIT_CONFIG_COUNT", "0")).value_or(0);
  for (std::int64_t i = 0; i < std::min(count, kMost); ++i) {
    const std::string number = std::to_string(i);
    hide(sink, util::secrets_of_setting(environment.get_or("GIT_CONFIG_KEY_" + number, ""),
                                        environment.get_or("GIT_CONFIG_VALUE_" + number, "")));
  }
}

// GIT_CONFIG_PARAMETERS, by which `git -c` hands on settings: words in single quotes, each
// 'key=value' or 'key'='value'. A quote or `!` inside stands outside the quotes, after a backslash.
void hide_parameters(std::string_view text, log::Sink& sink) {
  std::string word;
  std::size_t equals = std::string::npos;  // the one between two quoted parts
  bool quoted = false;
  const auto take_word = [&] {
    const std::size_t end =
        std::min(equals != std::string::npos ? equals : word.find('='), word.size());
    const std::string value = end < word.size() ? word.substr(end + 1) : "";
    hide(sink, util::secrets_of_setting(word.substr(0, end), value));
    word.clear();
    equals = std::string::npos;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '\'') {
      quoted = !quoted;
    } else if (!quoted && c == ' ') {
      take_word();
    } else if (!quoted && c == '\\' && i + 1 < text.size()) {
      word += text[++i];
    } else {
      if (!quoted && c == '=' && equals == std::string::npos) equals = word.size();
      word += c;
    }
  }
  take_word();
}

void hide_environment(const util::Environment& environment, log::Sink& sink) {
  for (const char* name : {"http_proxy", "https_proxy", "all_proxy", "ftp_proxy", "HTTP_PROXY",
                           "HTTPS_PROXY", "ALL_PROXY", "FTP_PROXY"}) {
    hide(sink, util::parts_of_proxy(environment.get_or(name, "")));
  }
  for (const char* name :
       {"GIT_SSH_COMMAND", "GIT_SSH", "GIT_PROXY_COMMAND", "GIT_ASKPASS", "SSH_ASKPASS"}) {
    hide(sink, util::parts_of_command(environment.get_or(name, "")));
  }
  // Of these the winner is a setting, but hooks and wrappers see all of them.
  for (const char* name :
       {"SSHPASS", "GITSYNC_PASSWORD", "GIT_SYNC_PASSWORD", "GITSYNC_GITHUB_APP_PRIVATE_KEY"}) {
    const std::string value = environment.get_or(name, "");
    if (!util::is_dummy_password(value)) sink.add_secret(value);
  }
  hide_counted_settings(environment, sink);
  hide_parameters(environment.get_or("GIT_CONFIG_PARAMETERS", ""), sink);
}

}  // namespace

void register_secrets(const config::Settings& settings, const util::Environment& environment,
                      log::Sink& sink) {
  hide_settings(settings, sink);
  hide_environment(environment, sink);
}

}  // namespace gitsync::app
