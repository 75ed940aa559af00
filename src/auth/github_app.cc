// SPDX-License-Identifier: Apache-2.0
#include "auth/github_app.h"

#include <utility>

#include "auth/jwt.h"
#include "auth/token_response.h"
#include "log/sink.h"
#include "metrics/metrics.h"
#include "net/status.h"
#include "util/files.h"

namespace gitsync::auth {
namespace {

using util::ErrorKind;
using util::Result;

constexpr std::string_view kSetting = "GitHub App";
constexpr std::chrono::seconds kSpareTime{30};

std::string token_url(std::string base, std::int64_t installation) {
  while (base.ends_with('/')) base.pop_back();
  return base + "/app/installations/" + std::to_string(installation) + "/access_tokens";
}

util::Cause cause_of_status(int status) {
  if (status == 401) return util::Cause::kAppKeyRefused;
  if (status == 403 || status == 429) return util::Cause::kAppSuspended;
  if (status == 404) return util::Cause::kAppNotFound;
  return status >= 500 ? util::Cause::kAppFault : util::Cause::kAppAnswer;
}

// What a certificate or a proxy is blamed for is known better below. A timeout is the pass's.
util::Cause cause_of(const util::Error& error) {
  if (!error.hint.empty() || error.cause != util::Cause::kUnknown) return error.cause;
  if (error.kind == ErrorKind::kNetwork) return util::Cause::kAppUnreachable;
  if (error.kind == ErrorKind::kProtocol) return util::Cause::kAppAnswer;
  return util::Cause::kUnknown;
}

}  // namespace

GithubApp::GithubApp(GithubAppOptions options, std::string repo_url, const net::HttpClient& http,
                     log::Logger logger, metrics::Metrics& metrics)
    : options_(std::move(options)),
      repo_url_(std::move(repo_url)),
      http_(http),
      logger_(std::move(logger)),
      metrics_(metrics) {}

Result<bool> GithubApp::refresh_if_due(ValueCleaner& cleaner, const util::Limit& limit) {
  key_unreadable_ = false;
  if (!due()) return false;
  auto done = refresh(cleaner, limit);
  if (done) {
    metrics_.github_token_refreshed(metrics::Outcome::kSuccess);
    return true;
  }
  auto error = std::move(done).error().with_context(kSetting);
  if (error.kind != ErrorKind::kStopped) metrics_.github_token_refreshed(metrics::Outcome::kError);
  error.cause = cause_of(error);
  return util::fail(std::move(error));
}

// By the wall clock, because that is what the API speaks of.
bool GithubApp::due() const {
  return !token_ || expires_at_ - std::chrono::system_clock::now() < kSpareTime;
}

Result<void> GithubApp::refresh(ValueCleaner& cleaner, const util::Limit& limit) {
  GS_TRY(const auto key, read_key());
  const std::string issuer =
      options_.client_id.empty() ? std::to_string(options_.application_id) : options_.client_id;
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  GS_TRY(const auto jwt, make_jwt(key, issuer, now));
  logger_.sink().add_secret(jwt);
  GS_TRY(const auto response,
         http_.send({.method = "POST",
                     .url = token_url(options_.base_url, options_.installation_id),
                     .headers = {{"Authorization", "Bearer " + jwt},
                                 {"Accept", "application/vnd.github+json"}},
                     .redirects = net::Redirects::kFollow},
                    limit));
  if (response.status != 201) {
    return util::fail(net::kind_of_status(response.status), cause_of_status(response.status),
                      net::describe_status(response.status) + " instead of 201");
  }
  return accept(response.body, cleaner);
}

Result<std::string> GithubApp::read_key() {
  if (!options_.private_key.empty()) return options_.private_key;
  auto key = util::read_file(options_.private_key_file);
  key_unreadable_ = !key;
  if (key) return key;
  return util::fail(std::move(key).error().with_context("--github-app-private-key-file"));
}

Result<void> GithubApp::accept(const std::string& body, ValueCleaner& cleaner) {
  GS_TRY(auto response, parse_token_response(body));
  logger_.sink().add_secret(response.token);
  GS_TRY(auto token, cleaner.clean(std::move(response.token), kSetting));
  expires_at_ = response.expires_at;
  token_ = Credential{.url = repo_url_,
                      .username = "-",
                      .password = std::move(token),
                      .setting = std::string(kSetting)};
  return {};
}

}  // namespace gitsync::auth
