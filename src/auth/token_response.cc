// SPDX-License-Identifier: Apache-2.0
#include "auth/token_response.h"

#include <nlohmann/json.hpp>

#include "util/timestamp.h"

namespace gitsync::auth {
namespace {

using util::ErrorKind;

std::string text_of(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

util::Result<TokenResponse> parse_token_response(const std::string& body) {
  const auto response = nlohmann::json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!response.is_object()) return util::fail(ErrorKind::kProtocol, "the response is not JSON");
  auto token = text_of(response, "token");
  if (token.empty()) return util::fail(ErrorKind::kProtocol, "the response holds no token");
  const auto expires_at = util::parse_timestamp(text_of(response, "expires_at"));
  if (!expires_at) return util::fail(ErrorKind::kProtocol, "the response's expires_at is no time");
  return TokenResponse{.token = std::move(token), .expires_at = *expires_at};
}

}  // namespace gitsync::auth
