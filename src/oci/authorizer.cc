// SPDX-License-Identifier: Apache-2.0
#include "oci/authorizer.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "net/basic.h"
#include "net/target.h"
#include "oci/token_answer.h"
#include "util/text.h"

namespace gitsync::oci {
namespace {

using util::Cause;
using util::ErrorKind;
using util::Result;

constexpr std::size_t kMostAnswer = std::size_t{256} << 10;
// Before its end a token is not used any more: clocks differ, and requests take time.
constexpr std::chrono::seconds kMargin{10};

// For a query and a form: all but RFC 3986's unreserved characters.
std::string encoded(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string result;
  for (const char c : text) {
    const bool is_plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                          (c >= '0' && c <= '9') || std::string_view("-._~").contains(c);
    const auto byte = static_cast<unsigned char>(c);
    if (is_plain) {
      result += c;
    } else {
      result += {'%', kDigits[byte >> 4U], kDigits[byte & 15U]};
    }
  }
  return result;
}

std::vector<Challenge> challenges_of(const net::ResponseHead& head) {
  std::vector<Challenge> all;
  for (const auto& [name, value] : head.headers) {
    if (util::to_lower(name) != "www-authenticate") continue;
    std::ranges::move(parse_challenges(value), std::back_inserter(all));
  }
  return all;
}

}  // namespace

std::string Authorizer::header(const std::string& scope) const {
  if (const auto found = tokens_.find(scope); found != tokens_.end()) {
    if (util::SteadyClock::now() < found->second.expires) return "Bearer " + found->second.value;
  }
  return wants_basic_ ? basic() : std::string();
}

std::string Authorizer::basic() const {
  if (!login_) return {};
  return net::basic_authorization(login_->username, login_->password);
}

Result<void> Authorizer::answer(const net::ResponseHead& head, const std::string& scope,
                                net::Session& session, const util::Limit& limit) {
  tokens_.erase(scope);
  const auto all = challenges_of(head);
  if (const auto bearer = std::ranges::find(all, "bearer", &Challenge::scheme);
      bearer != all.end()) {
    return get_token(*bearer, scope, session, limit);
  }
  const bool has_basic = std::ranges::find(all, "basic", &Challenge::scheme) != all.end();
  if (!has_basic) {
    return util::fail(ErrorKind::kProtocol, Cause::kRegistryLogin,
                      registry_ + " wants a login, and neither by Basic nor by Bearer");
  }
  if (!login_ || login_->username.empty()) {
    return util::fail(ErrorKind::kAuth, Cause::kCredentialsMissing,
                      registry_ + " wants a user name and a password, and there are none for it");
  }
  wants_basic_ = true;
  return {};
}

Result<void> Authorizer::get_token(const Challenge& challenge, const std::string& scope,
                                   net::Session& session, const util::Limit& limit) {
  GS_TRY(auto request, token_request(challenge, scope));
  request.body_limit = kMostAnswer;
  std::string body;
  const auto sent = session.send(request, net::collect(request, body), limit);
  if (!sent) {
    return util::fail(util::Error(sent.error()).with_context("token for " + registry_));
  }
  if (sent->status != 200) {
    return util::fail(refusal("token for " + registry_, *sent, body, logged_in()));
  }
  GS_TRY(auto token, parse_token_answer(body));
  const auto lifetime = std::max(token.lifetime - kMargin, token.lifetime / 2);
  tokens_[scope] = {.value = std::move(token.token),
                    .expires = util::SteadyClock::now() + lifetime};
  return {};
}

Result<net::Request> Authorizer::token_request(const Challenge& challenge,
                                               const std::string& scope) const {
  const std::string realm(challenge.parameter("realm"));
  const auto target = net::parse_target(realm);
  // The login goes there, so that it must be as safe as the registry.
  if (!target || (origin_.starts_with("https:") && target->address.scheme != "https")) {
    return util::fail(ErrorKind::kProtocol, Cause::kRegistryLogin,
                      registry_ + " names a token server that is no https address");
  }
  const std::string asked(challenge.parameter("scope"));
  const std::string fields = "service=" + encoded(challenge.parameter("service")) +
                             "&scope=" + encoded(asked.empty() ? scope : asked);
  net::Request request{.url = target->url()};
  if (login_ && !login_->identity_token.empty()) {
    request.method = "POST";
    request.headers = {{"Content-Type", "application/x-www-form-urlencoded"}};
    request.body = "grant_type=refresh_token&client_id=git-sync&refresh_token=" +
                   encoded(login_->identity_token) + "&" + fields;
    return request;
  }
  request.url += (request.url.contains('?') ? "&" : "?") + fields;
  if (login_) request.headers = {{"Authorization", basic()}};
  return request;
}

}  // namespace gitsync::oci
