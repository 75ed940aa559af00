// SPDX-License-Identifier: Apache-2.0
#include "config/credentials.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "util/text.h"
#include "util/url.h"

namespace gitsync::config {
namespace {

using nlohmann::json;
using util::ErrorKind;
using util::fail;

constexpr std::string_view kHint =
    R"(expected: {"url":"…","username":"…","password":"…"} or "password-file", or a list of them)";

std::unexpected<util::Error> invalid(std::string message) {
  return fail(ErrorKind::kInvalid, std::move(message), std::string(kHint));
}

// The text of the parser's own errors quotes its input, which may be a password.
util::Result<json> parse_json(std::string_view text) {
  try {
    return json::parse(text);
  } catch (const json::parse_error& error) {
    return invalid("invalid JSON at byte " + std::to_string(error.byte));
  } catch (const json::exception&) {  // a number that no type can hold
    return invalid("invalid JSON");
  }
}

std::string* field(CredentialSetting& credential, std::string_view key) {
  if (key == "url") return &credential.url;
  if (key == "username") return &credential.username;
  if (key == "password") return &credential.password;
  if (key == "password-file") return &credential.password_file;
  return nullptr;
}

// A key that looks like one may be shown; anything else could be a misplaced password.
std::string show_key(const std::string& key) {
  const auto is_plain = [](char c) { return (c >= 'a' && c <= 'z') || c == '-' || c == '_'; };
  const bool plain = !key.empty() && key.size() <= 20 && std::ranges::all_of(key, is_plain);
  return plain ? "unknown key \"" + key + '"' : "unknown key";
}

util::Result<CredentialSetting> from_json(const json& value) {
  if (!value.is_object()) return invalid("a JSON object is expected");
  CredentialSetting credential;
  for (const auto& [key, member] : value.items()) {
    std::string* const target = field(credential, key);
    if (target == nullptr) return invalid(show_key(key));
    if (member.is_null()) continue;
    if (!member.is_string()) return invalid("the value of \"" + key + "\" must be a string");
    *target = member.get<std::string>();
  }
  return credential;
}

}  // namespace

util::Result<std::vector<CredentialSetting>> parse_credentials(std::string_view text) {
  std::vector<CredentialSetting> credentials;
  text = util::trim(text);
  if (text.empty()) return credentials;
  if (text[0] != '{' && text[0] != '[') return invalid("a JSON object or list is expected");
  GS_TRY(const json document, parse_json(text));
  if (document.is_object()) {
    GS_TRY(CredentialSetting credential, from_json(document));
    credentials.push_back(std::move(credential));
    return credentials;
  }
  for (const json& element : document) {
    auto credential = from_json(element);
    if (!credential) {
      return fail(std::move(credential.error())
                      .with_context("element " + std::to_string(credentials.size() + 1)));
    }
    credentials.push_back(std::move(*credential));
  }
  return credentials;
}

std::string show_credentials(const std::vector<CredentialSetting>& credentials) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const CredentialSetting& credential : credentials) {
    nlohmann::ordered_json shown;
    shown["url"] = util::redact_url(credential.url);
    const bool token = credential.password_file.empty() &&
                       util::is_token_user(credential.username, credential.password);
    shown["username"] = token ? "REDACTED" : credential.username;
    if (!credential.password.empty()) shown["password"] = "REDACTED";
    if (!credential.password_file.empty()) shown["password-file"] = credential.password_file;
    list.push_back(std::move(shown));
  }
  return list.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace gitsync::config
