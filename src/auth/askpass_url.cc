// SPDX-License-Identifier: Apache-2.0
#include "auth/askpass_url.h"

#include <chrono>

#include "metrics/metrics.h"
#include "net/status.h"
#include "util/text.h"

namespace gitsync::auth {
namespace {

constexpr std::string_view kSetting = "--askpass-url";
constexpr std::chrono::seconds kTimeout{1};

// What a certificate or a proxy is blamed for is known better below.
util::Cause cause_of(const util::Error& error) {
  if (!error.hint.empty() || error.cause != util::Cause::kUnknown) return error.cause;
  switch (error.kind) {
    case util::ErrorKind::kNetwork:
      return util::Cause::kAskpassUnreachable;
    case util::ErrorKind::kTimeout:
      return util::Cause::kAskpassTooSlow;
    case util::ErrorKind::kProtocol:
      return util::Cause::kAskpassAnswer;
    default:
      return util::Cause::kUnknown;
  }
}

}  // namespace

AskpassResponse parse_askpass(std::string_view body) {
  AskpassResponse response;
  for (const auto& line : util::split(body, '\n')) {
    const auto equals = line.find('=');
    if (equals == std::string::npos) continue;
    const auto key = std::string_view(line).substr(0, equals);
    if (key == "username") response.username = line.substr(equals + 1);
    if (key == "password") response.password = line.substr(equals + 1);
  }
  return response;
}

util::Result<Credential> AskpassUrl::ask(ValueCleaner& cleaner, const util::Limit& limit) {
  auto credential = request(cleaner, limit);
  if (credential) {
    metrics_.askpass_called(metrics::Outcome::kSuccess);
    return credential;
  }
  auto error = std::move(credential).error().with_context(kSetting);
  if (error.kind != util::ErrorKind::kStopped) metrics_.askpass_called(metrics::Outcome::kError);
  // The pass's own limit is not the server's fault.
  if (!limit.expired()) error.cause = cause_of(error);
  return util::fail(std::move(error));
}

util::Result<Credential> AskpassUrl::request(ValueCleaner& cleaner, const util::Limit& limit) {
  GS_TRY(const auto response, http_.send({.url = url_}, limit.within(kTimeout)));
  if (response.status != 200) {
    // Without a status line it is no response at all.
    const auto cause =
        response.status == 0 ? util::Cause::kAskpassAnswer : util::Cause::kAskpassRefused;
    return util::fail(net::kind_of_status(response.status), cause,
                      net::describe_status(response.status) + " instead of 200");
  }
  auto asked = parse_askpass(response.body);
  GS_TRY(auto username, cleaner.clean(std::move(asked.username), kSetting));
  GS_TRY(auto password, cleaner.clean(std::move(asked.password), kSetting));
  return Credential{.url = repo_url_,
                    .username = std::move(username),
                    .password = std::move(password),
                    .setting = std::string(kSetting)};
}

}  // namespace gitsync::auth
