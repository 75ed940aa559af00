// SPDX-License-Identifier: Apache-2.0
#include "config/value.h"

#include "config/credentials.h"
#include "config/git_config_pairs.h"
#include "util/duration.h"
#include "util/number.h"
#include "util/secret_shape.h"
#include "util/text.h"
#include "util/url.h"

namespace gitsync::config {
namespace {

using util::Result;

template <typename T>
Result<void> store(T& target, Result<T> value) {
  if (!value) return std::unexpected(std::move(value).error());
  target = std::move(*value);
  return {};
}

Result<void> set_scalar(bool& target, std::string_view text) {
  return store(target, util::parse_bool(text));
}
Result<void> set_scalar(std::int64_t& target, std::string_view text) {
  return store(target, util::parse_int(text));
}
Result<void> set_scalar(double& target, std::string_view text) {
  return store(target, util::parse_float(text));
}
Result<void> set_scalar(Duration& target, std::string_view text) {
  return store(target, util::parse_duration(text));
}
Result<void> set_scalar(std::string& target, std::string_view text) {
  target = text;
  return {};
}

struct VariableSetter {
  std::string_view text;
  char separator;

  template <typename T>
  Result<void> operator()(T& target) const {
    return set_scalar(target, text);
  }
  Result<void> operator()(std::vector<std::string>& target) const {
    target = text.empty() ? std::vector<std::string>{} : util::split(text, separator);
    return {};
  }
  Result<void> operator()(std::vector<CredentialSetting>& target) const {
    return store(target, parse_credentials(text));
  }
};

struct FlagSetter {
  std::string_view text;
  Occurrence occurrence;

  template <typename T>
  Result<void> operator()(T& target) const {
    return set_scalar(target, text);
  }
  Result<void> operator()(std::vector<std::string>& target) const {
    if (occurrence == Occurrence::kFirst) target.clear();
    target.emplace_back(text);
    return {};
  }
  Result<void> operator()(std::vector<CredentialSetting>& target) const {
    GS_TRY(const auto credentials, parse_credentials(text));
    target.insert(target.end(), credentials.begin(), credentials.end());
    return {};
  }
};

std::string hide_secrets(const std::string& text, Secrecy secrecy) {
  switch (secrecy) {
    case Secrecy::kPlain:
      return util::redact_shapes(text);
    case Secrecy::kUrl:
      return util::redact_shapes(util::redact_url_and_query(text));
    case Secrecy::kCapability:
      return util::show_origin(text);
    case Secrecy::kGitConfig:
      return redact_git_config(text);
    case Secrecy::kSecret:
      return text.empty() ? "" : "REDACTED";
  }
  return "REDACTED";
}

struct Shower {
  Secrecy secrecy;

  std::string operator()(bool value) const { return value ? "true" : "false"; }
  std::string operator()(std::int64_t value) const { return std::to_string(value); }
  std::string operator()(double value) const { return std::to_string(value); }
  std::string operator()(Duration value) const { return util::format_duration(value); }
  std::string operator()(const std::string& value) const { return hide_secrets(value, secrecy); }
  std::string operator()(std::vector<std::string> values) const {
    for (std::string& value : values) value = hide_secrets(value, secrecy);
    return '[' + util::join(values, ",") + ']';
  }
  std::string operator()(const std::vector<CredentialSetting>& value) const {
    return show_credentials(value);
  }
};

}  // namespace

Result<void> set_from_variable(Inputs& inputs, const Row& row, std::string_view text) {
  return std::visit(
      [&](auto member) { return VariableSetter{text, row.separator}(inputs.*member); }, row.target);
}

Result<void> set_from_flag(Inputs& inputs, const Row& row, std::string_view text,
                           Occurrence occurrence) {
  return std::visit([&](auto member) { return FlagSetter{text, occurrence}(inputs.*member); },
                    row.target);
}

std::string show_value(const Inputs& inputs, const Row& row) {
  const bool token = row.flag == "username" && inputs.password_file.empty() &&
                     util::is_token_user(inputs.username, inputs.password);
  if (token) return "REDACTED";
  return std::visit([&](auto member) { return Shower{row.secrecy}(inputs.*member); }, row.target);
}

}  // namespace gitsync::config
