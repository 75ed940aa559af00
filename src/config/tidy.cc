// SPDX-License-Identifier: Apache-2.0
// tidy_values: what shells, .env files and badly made Secrets leave around a value.

#include <algorithm>
#include <array>

#include "config/adjust.h"
#include "util/line_breaks.h"

namespace gitsync::config {
namespace {

// The same in plain and in percent encoding.
constexpr std::array<std::string_view, 6> kLineBreaks{"\n", "\r", "%0a", "%0A", "%0d", "%0D"};

bool strip_encoded(std::string& text) {
  bool changed = false;
  for (bool again = true; again;) {
    again = false;
    for (const std::string_view line_break : kLineBreaks) {
      if (!text.ends_with(line_break)) continue;
      text.resize(text.size() - line_break.size());
      changed = again = true;
    }
  }
  return changed;
}

// Strips user name and password inside an http(s) address. Textual, because the parser
// refuses an address with a line break in it.
bool strip_userinfo_of(std::string& address) {
  if (!address.starts_with("http://") && !address.starts_with("https://")) return false;
  const std::size_t begin = address.find("://") + 3;
  const std::size_t end = std::min(address.find_first_of("/?#", begin), address.size());
  const std::size_t at = std::string_view(address).substr(0, end).rfind('@');
  if (at == std::string::npos || at < begin) return false;
  const std::string userinfo = address.substr(begin, at - begin);
  const std::size_t colon = userinfo.find(':');
  std::string username = userinfo.substr(0, colon);
  std::string password = colon == std::string::npos ? "" : userinfo.substr(colon + 1);
  bool changed = strip_encoded(username);
  changed = strip_encoded(password) || changed;
  if (!changed) return false;
  if (colon != std::string::npos) username += ':';
  address.replace(begin, at - begin, username + password);
  return true;
}

std::string name_of(const Parsed& parsed, std::string_view flag) {
  const Row* const row = find_flag(flag);
  return row == nullptr ? "--" + std::string(flag) : parsed.origin_name(*row);
}

void note(Parsed& parsed, std::string setting, std::string_view message, std::string_view hint) {
  parsed.notices.push_back(
      {std::string(message), {{"setting", std::move(setting)}, {"hint", std::string(hint)}}});
}

void warn(Parsed& parsed, std::string_view flag) {
  note(parsed, name_of(parsed, flag), util::kTrailingBreak, util::kTrailingBreakHint);
}

bool has_quotes_around(std::string_view text) {
  return text.size() >= 2 && (text[0] == '"' || text[0] == '\'') && text.back() == text[0];
}

// No address and no ref begins or ends with one. A local path may.
void trim_blanks(Parsed& parsed, std::string_view flag, std::string& text) {
  constexpr std::string_view kBlanks = " \t";
  if (!text.starts_with('/') && !text.empty() &&
      (kBlanks.contains(text[0]) || kBlanks.contains(text.back()))) {
    text.erase(0, text.find_first_not_of(kBlanks));
    text.resize(text.find_last_not_of(kBlanks) + 1);
    note(parsed, name_of(parsed, flag), "ignoring blanks around a value",
         "remove the blanks from the setting");
  }
}

void unquote(Parsed& parsed, std::string_view flag, std::string& text) {
  if (!has_quotes_around(text)) return;
  text = text.substr(1, text.size() - 2);
  note(parsed, name_of(parsed, flag), "ignoring quotes around a value",
       "files of variables and YAML blocks keep quotes as they are: write the value without");
}

void tidy_address(Parsed& parsed, std::string_view flag, std::string& text) {
  if (util::strip_trailing_breaks(text)) warn(parsed, flag);
  trim_blanks(parsed, flag, text);
  unquote(parsed, flag, text);
}

// In these, blanks and quotes may be meant.
void mention_wrapping(Parsed& parsed, std::string_view flag, const std::string& text) {
  if (text.empty()) return;
  const bool blanks = text.find_first_not_of(" \t") != 0 || text.ends_with(' ');
  if (!blanks && !has_quotes_around(text)) return;
  note(parsed, name_of(parsed, flag), "the value has blanks or quotes around it",
       "they are used as they are: if they are not meant, remove them from the setting");
}

void tidy_credentials(Parsed& parsed) {
  Inputs& inputs = parsed.inputs;
  const std::string_view password =
      inputs.password_flag.empty() ? "__env__GITSYNC_PASSWORD" : "password";
  if (util::strip_trailing_breaks(inputs.username)) warn(parsed, "username");
  if (util::strip_trailing_breaks(inputs.password)) warn(parsed, password);
  if (util::strip_trailing_breaks(inputs.github_app_client_id))
    warn(parsed, "github-app-client-id");
  bool changed = false;
  for (CredentialSetting& credential : inputs.credentials) {
    changed = util::strip_trailing_breaks(credential.username) || changed;
    changed = util::strip_trailing_breaks(credential.password) || changed;
  }
  if (changed) warn(parsed, "credential");
  mention_wrapping(parsed, "username", inputs.username);
  mention_wrapping(parsed, password, inputs.password);
}

}  // namespace

void tidy_values(Parsed& parsed) {
  Inputs& inputs = parsed.inputs;
  bool broken = util::strip_trailing_breaks(inputs.repo);
  broken = strip_userinfo_of(inputs.repo) || broken;
  if (broken) warn(parsed, "repo");
  trim_blanks(parsed, "repo", inputs.repo);
  unquote(parsed, "repo", inputs.repo);
  if (util::strip_trailing_breaks(inputs.ref)) warn(parsed, "ref");
  trim_blanks(parsed, "ref", inputs.ref);
  mention_wrapping(parsed, "ref", inputs.ref);
  tidy_address(parsed, "webhook-url", inputs.webhook_url);
  tidy_address(parsed, "askpass-url", inputs.askpass_url);
  tidy_address(parsed, "github-base-url", inputs.github_base_url);
  if (util::strip_trailing_breaks(inputs.git_config)) warn(parsed, "git-config");
  bool added = false;
  for (std::string& text : inputs.git_config_add) {
    added = util::strip_trailing_breaks(text) || added;
  }
  if (added) warn(parsed, "git-config-add");
  tidy_credentials(parsed);
}

std::vector<std::pair<std::string, std::string>> tidy_proxies(const util::Environment& environment,
                                                              Parsed& parsed) {
  std::vector<std::pair<std::string, std::string>> tidied;
  for (const char* name : {"http_proxy", "https_proxy", "all_proxy", "no_proxy", "HTTP_PROXY",
                           "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"}) {
    auto value = environment.get(name);
    if (!value || !util::strip_trailing_breaks(*value)) continue;
    note(parsed, "$" + std::string(name), util::kTrailingBreak, util::kTrailingBreakHint);
    tidied.emplace_back(name, std::move(*value));
  }
  return tidied;
}

}  // namespace gitsync::config
