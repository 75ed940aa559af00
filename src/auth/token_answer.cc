// SPDX-License-Identifier: Apache-2.0
#include "auth/token_answer.h"

#include <nlohmann/json.hpp>

#include "auth/timestamp.h"

namespace gitsync::auth {
namespace {

using util::ErrorKind;

std::string text_of(const nlohmann::json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

util::Result<TokenAnswer> parse_token_answer(const std::string& body) {
  const auto answer = nlohmann::json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!answer.is_object()) return util::fail(ErrorKind::kProtocol, "the answer is not JSON");
  auto token = text_of(answer, "token");
  if (token.empty()) return util::fail(ErrorKind::kProtocol, "the answer holds no token");
  const auto expires_at = parse_timestamp(text_of(answer, "expires_at"));
  if (!expires_at) return util::fail(ErrorKind::kProtocol, "the answer's expires_at is no time");
  return TokenAnswer{.token = std::move(token), .expires_at = *expires_at};
}

}  // namespace gitsync::auth
