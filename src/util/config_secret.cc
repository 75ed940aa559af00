// SPDX-License-Identifier: Apache-2.0
#include "util/config_secret.h"

#include "util/text.h"
#include "util/url.h"

namespace gitsync::util {

bool is_secret_setting(std::string_view key, std::string_view value) {
  if (value.empty()) return false;
  const std::string name = to_lower(key);
  for (const std::string_view part : {"password", "token", "secret"}) {
    if (name.find(part) != std::string::npos) return true;
  }
  if (name.ends_with(".extraheader")) return true;
  const bool helper = name.starts_with("credential.") && name.ends_with(".helper");
  return helper && value.starts_with('!');
}

std::string redact_setting(std::string_view key, std::string_view value) {
  return is_secret_setting(key, value) ? "REDACTED" : redact_urls_in(value);
}

}  // namespace gitsync::util
