// SPDX-License-Identifier: Apache-2.0
#include "config/credentials.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "config/go_json.h"
#include "util/secret_shape.h"
#include "util/text.h"
#include "util/url.h"

namespace gitsync::config {
namespace {

using nlohmann::json;
using util::ErrorKind;
using util::fail;

constexpr std::string_view kHint =
    R"(expected: {"url":"…","username":"…","password":"…"} or "password-file", or a list of them)";

// A key that looks like one may be shown; anything else could be a misplaced password.
std::string show_key(const std::string& key) {
  const auto is_plain = [](char c) { return (c >= 'a' && c <= 'z') || c == '-' || c == '_'; };
  const bool plain = !key.empty() && key.size() <= 20 && std::ranges::all_of(key, is_plain);
  return plain ? "unknown key \"" + key + '"' : "unknown key";
}

// Reads one object or a list of them. What the parser says of an error quotes its input, which may
// be a password, so only the position is taken from it.
class Reader final : public nlohmann::json_sax<json> {
 public:
  std::vector<CredentialSetting> credentials;
  std::string complaint;

  bool null() override {
    // In a list it is an element without anything; a key keeps what it has.
    if (depth_ == 1 && in_list_) credentials.emplace_back();
    return depth_ > 0;
  }
  bool string(string_t& value) override {
    if (target_ == nullptr) return expected_object();
    *target_ = std::move(value);
    return true;
  }
  bool boolean(bool /*value*/) override { return expected_string(); }
  bool number_integer(number_integer_t /*value*/) override { return expected_string(); }
  bool number_unsigned(number_unsigned_t /*value*/) override { return expected_string(); }
  bool number_float(number_float_t /*value*/, const string_t& /*text*/) override {
    return expected_string();
  }
  bool binary(binary_t& /*value*/) override { return false; }

  bool start_object(std::size_t /*size*/) override {
    if (depth_ != (in_list_ ? 1 : 0)) return expected_string();
    credentials.emplace_back();
    ++depth_;
    return true;
  }
  bool key(string_t& name) override {
    key_ = name;
    target_ = member(credentials.back(), go_folded(name));
    return target_ != nullptr || complain(show_key(name));
  }
  bool end_object() override { return close(); }
  bool start_array(std::size_t /*size*/) override {
    if (depth_ != 0) return expected_string();
    in_list_ = true;
    ++depth_;
    return true;
  }
  bool end_array() override { return close(); }

  bool parse_error(std::size_t position, const std::string& /*token*/,
                   const json::exception& /*error*/) override {
    return complain("invalid JSON at byte " + std::to_string(position));
  }

 private:
  static std::string* member(CredentialSetting& credential, std::string_view key) {
    if (key == "url") return &credential.url;
    if (key == "username") return &credential.username;
    if (key == "password") return &credential.password;
    if (key == "password-file") return &credential.password_file;
    return nullptr;
  }

  bool close() {
    target_ = nullptr;
    --depth_;
    return true;
  }
  bool complain(std::string what) {
    if (in_list_ && !credentials.empty()) {
      what = "element " + std::to_string(credentials.size()) + ": " + what;
    }
    complaint = std::move(what);
    return false;
  }
  bool expected_object() { return complain("a JSON object is expected"); }
  bool expected_string() {
    if (target_ == nullptr) return expected_object();
    return complain("the value of \"" + key_ + "\" must be a string");
  }

  bool in_list_ = false;
  int depth_ = 0;
  std::string key_;
  std::string* target_ = nullptr;  // where the value of the last key goes; null outside an object
};

}  // namespace

util::Result<std::vector<CredentialSetting>> parse_credentials(std::string_view text) {
  text = util::trim(text);
  if (text.empty()) return std::vector<CredentialSetting>{};
  Reader reader;
  if (text[0] != '{' && text[0] != '[') {
    reader.complaint = "a JSON object or list is expected";
  } else {
    // Not strict: what follows the first value does not count.
    json::sax_parse(go_json(text), &reader, json::input_format_t::json, false);
  }
  if (reader.complaint.empty()) return std::move(reader.credentials);
  return fail(ErrorKind::kInvalid, std::move(reader.complaint), std::string(kHint));
}

std::string show_credentials(const std::vector<CredentialSetting>& credentials) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const CredentialSetting& credential : credentials) {
    nlohmann::ordered_json shown;
    shown["url"] = util::redact_url(credential.url);
    const bool token = credential.password_file.empty() &&
                       util::is_token_user(credential.username, credential.password);
    shown["username"] = token ? "REDACTED" : util::redact_shapes(credential.username);
    if (!credential.password.empty()) shown["password"] = "REDACTED";
    if (!credential.password_file.empty()) shown["password-file"] = credential.password_file;
    list.push_back(std::move(shown));
  }
  return list.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace gitsync::config
