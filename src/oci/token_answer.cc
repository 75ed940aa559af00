// SPDX-License-Identifier: Apache-2.0
#include "oci/token_answer.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace gitsync::oci {
namespace {

using nlohmann::json;
using util::ErrorKind;

constexpr std::int64_t kLongest = 86400;

std::string text_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

util::Result<TokenAnswer> parse_token_answer(std::string_view body) {
  const auto answer = json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!answer.is_object()) {
    return util::fail(ErrorKind::kProtocol, "the token server's answer is no JSON object");
  }
  TokenAnswer result{.token = text_of(answer, "token")};
  if (result.token.empty()) result.token = text_of(answer, "access_token");
  const bool is_fit = std::ranges::all_of(result.token, [](char c) { return c > ' ' && c < 127; });
  if (result.token.empty() || !is_fit) {
    return util::fail(ErrorKind::kProtocol, "the token server's answer has no usable token");
  }
  const auto lifetime = answer.find("expires_in");
  if (lifetime != answer.end() && lifetime->is_number_integer()) {
    // A number over the range of int64 is unsigned in the library, and wraps to a negative one.
    const auto seconds = lifetime->get<std::int64_t>();
    const bool is_huge = lifetime->is_number_unsigned() && seconds < 0;
    result.lifetime =
        std::chrono::seconds(is_huge ? kLongest : std::clamp<std::int64_t>(seconds, 0, kLongest));
  }
  return result;
}

}  // namespace gitsync::oci
