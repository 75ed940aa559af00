// SPDX-License-Identifier: Apache-2.0
#include "s3/provider.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "net/status.h"
#include "util/files.h"
#include "util/quote.h"
#include "util/text.h"
#include "util/timestamp.h"

namespace gitsync::s3 {
namespace {

using util::ErrorKind;
using util::Result;
using Json = nlohmann::json;

constexpr std::size_t kMaxToken = std::size_t{64} << 10;
constexpr std::size_t kMaxWords = 200;

std::string text_of(const Json& json, const char* key) {
  const auto found = json.find(key);
  return found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

}  // namespace

Result<std::string> ask(const net::HttpClient& http, const net::Request& request,
                        const util::Limit& limit) {
  GS_TRY(auto response, http.send(request, limit));
  if (response.status == 200) return std::move(response.body);
  return util::fail(net::kind_of_status(response.status), net::describe_status(response.status));
}

Result<Identity> parse_identity(const std::string& json, std::string origin) {
  const auto parsed = Json::parse(json, nullptr, false);
  if (!parsed.is_object()) return util::fail(ErrorKind::kProtocol, "the answer is no JSON object");
  Identity identity{.access_key = text_of(parsed, "AccessKeyId"),
                    .secret_key = text_of(parsed, "SecretAccessKey"),
                    .session_token = text_of(parsed, "Token"),
                    .origin = std::move(origin)};
  if (identity.access_key.empty() || identity.secret_key.empty()) {
    const auto said = text_of(parsed, "Code") + " " + text_of(parsed, "Message");
    return util::fail(
        ErrorKind::kProtocol,
        "the answer holds no credentials: " + util::escaped(util::trim(said).substr(0, kMaxWords)));
  }
  if (const auto expiration = text_of(parsed, "Expiration"); !expiration.empty()) {
    identity.expires_at = util::parse_timestamp(expiration);
    if (!identity.expires_at) {
      return util::fail(ErrorKind::kProtocol, "the answer has an unusable time of expiration");
    }
  }
  return identity;
}

Result<std::string> read_token(const std::string& path, std::string_view variable) {
  auto text = util::read_file(path, kMaxToken);
  if (!text) return util::fail(std::move(text).error().with_context(variable));
  std::string token(util::trim(*text));
  if (token.empty()) {
    return util::fail(ErrorKind::kInvalid, std::string(variable) + ": " + path + " is empty");
  }
  if (util::has_control(token)) {
    return util::fail(ErrorKind::kInvalid,
                      std::string(variable) + ": " + path + " holds more than one line");
  }
  return token;
}

}  // namespace gitsync::s3
