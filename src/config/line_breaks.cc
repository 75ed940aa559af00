// SPDX-License-Identifier: Apache-2.0
// strip_line_breaks: `echo TOKEN | base64` stores a line break that servers answer with an opaque
// refusal, so it goes, and the log says where it was.

#include "config/adjust.h"
#include "util/text.h"

namespace gitsync::config {
namespace {

// The same in plain and in percent encoding.
constexpr std::array<std::string_view, 6> kLineBreaks{"\n", "\r", "%0a", "%0A", "%0d", "%0D"};

bool strip(std::string& text) {
  const std::size_t last = text.find_last_not_of("\r\n");
  const std::size_t kept = last == std::string::npos ? 0 : last + 1;
  if (kept == text.size()) return false;
  text.resize(kept);
  return true;
}

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

// Strips user name and password inside an http(s) address. Textual, because an address with a
// line break is none to the parser.
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

void warn(Parsed& parsed, std::string_view flag) {
  const Row* const row = find_flag(flag);
  parsed.notices.push_back(
      {"ignoring a trailing line break in a credential",
       {{"setting", row == nullptr ? "--" + std::string(flag) : parsed.origin_name(*row)},
        {"hint", "a Secret made with `echo` ends in a line break; use `printf %s`"}}});
}

}  // namespace

void strip_line_breaks(Parsed& parsed) {
  Inputs& inputs = parsed.inputs;
  if (strip_userinfo_of(inputs.repo)) warn(parsed, "repo");
  if (strip(inputs.username)) warn(parsed, "username");
  if (strip(inputs.password)) {
    warn(parsed, inputs.password_flag.empty() ? "__env__GITSYNC_PASSWORD" : "password");
  }
  if (strip(inputs.github_app_client_id)) warn(parsed, "github-app-client-id");
  bool changed = false;
  for (CredentialSetting& credential : inputs.credentials) {
    changed = strip(credential.username) || changed;
    changed = strip(credential.password) || changed;
  }
  if (changed) warn(parsed, "credential");
}

}  // namespace gitsync::config
