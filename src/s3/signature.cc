// SPDX-License-Identifier: Apache-2.0
#include "s3/signature.h"

#include <algorithm>
#include <array>
#include <ctime>

#include "s3/digest.h"
#include "util/text.h"

namespace gitsync::s3 {
namespace {

constexpr std::string_view kAlgorithm = "AWS4-HMAC-SHA256";
constexpr std::string_view kEnd = "aws4_request";

// Blanks within a value count as one.
std::string with_single_blanks(std::string_view value) {
  std::string out;
  for (const char c : util::trim(value)) {
    if (c != ' ' || !out.ends_with(' ')) out += c;
  }
  return out;
}

std::vector<net::Header> canonical(std::vector<net::Header> headers) {
  for (auto& [name, value] : headers) {
    name = util::to_lower(name);
    value = with_single_blanks(value);
  }
  std::ranges::sort(headers, {}, &net::Header::first);
  return headers;
}

std::string names_of(const std::vector<net::Header>& headers) {
  std::vector<std::string> names;
  names.reserve(headers.size());
  for (const auto& header : headers) names.push_back(header.first);
  return util::join(names, ";");
}

std::string canonical_request(const Signable& request, const std::vector<net::Header>& headers) {
  std::string lines;
  for (const auto& [name, value] : headers) lines.append(name).append(":").append(value) += '\n';
  return util::join(
      {request.method, request.path, request.query, lines, names_of(headers), request.payload_hash},
      "\n");
}

std::string scope_text(const SigningScope& scope) {
  return amz_time(scope.time).substr(0, 8) + "/" + scope.region + "/" + scope.service + "/" +
         std::string(kEnd);
}

std::string derive(std::string_view secret, const SigningScope& scope) {
  std::string key = "AWS4";
  key += secret;
  const std::array<std::string, 4> steps = {amz_time(scope.time).substr(0, 8), scope.region,
                                            scope.service, std::string(kEnd)};
  for (const auto& step : steps) key = hmac_sha256(key, step);
  return key;
}

}  // namespace

std::string amz_time(std::chrono::sys_seconds time) {
  const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  std::array<char, 32> text{};
  const std::size_t size = std::strftime(text.data(), text.size(), "%Y%m%dT%H%M%SZ", &parts);
  return {text.data(), size};
}

const std::string& SigningKey::of(const std::string& secret, const SigningScope& scope) {
  auto wanted = scope_text(scope);
  if (key_.empty() || secret != secret_ || wanted != scope_) {
    key_ = derive(secret, scope);
    secret_ = secret;
    scope_ = std::move(wanted);
  }
  return key_;
}

std::string authorization(const Signable& request, const Identity& identity,
                          const SigningScope& scope, SigningKey& key) {
  const auto headers = canonical(request.headers);
  const std::string to_sign =
      util::join({std::string(kAlgorithm), amz_time(scope.time), scope_text(scope),
                  sha256_hex(canonical_request(request, headers))},
                 "\n");
  const std::string signature =
      util::to_hex(hmac_sha256(key.of(identity.secret_key, scope), to_sign));
  return std::string(kAlgorithm) + " Credential=" + identity.access_key + "/" + scope_text(scope) +
         ",SignedHeaders=" + names_of(headers) + ",Signature=" + signature;
}

std::vector<net::Header> sign(Signable request, const Identity& identity, const SigningScope& scope,
                              SigningKey& key) {
  std::vector<net::Header> added = {{"x-amz-date", amz_time(scope.time)},
                                    {"x-amz-content-sha256", request.payload_hash}};
  if (!identity.session_token.empty()) {
    added.emplace_back("x-amz-security-token", identity.session_token);
  }
  request.headers.insert(request.headers.end(), added.begin(), added.end());
  added.emplace_back("Authorization", authorization(request, identity, scope, key));
  return added;
}

}  // namespace gitsync::s3
