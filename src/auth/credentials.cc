// SPDX-License-Identifier: Apache-2.0
#include "auth/credentials.h"

#include <utility>

#include "auth/askpass_url.h"
#include "auth/github_app.h"
#include "auth/value_cleaner.h"
#include "log/sink.h"
#include "util/files.h"
#include "util/secret_parts.h"

namespace gitsync::auth {

using util::Result;

Credentials::Credentials(CredentialOptions options, log::Logger logger, metrics::Metrics& metrics)
    : options_(std::move(options)),
      logger_(std::move(logger)),
      http_(options_.http),
      cleaner_(std::make_unique<ValueCleaner>(logger_)) {
  if (!options_.askpass_url.empty()) {
    askpass_ =
        std::make_unique<AskpassUrl>(options_.askpass_url, options_.repo_url, http_, metrics);
  }
  if (options_.github_app) {
    logger_.sink().add_secret(options_.github_app->private_key);
    github_app_ = std::make_unique<GithubApp>(*options_.github_app, options_.repo_url, http_,
                                              logger_, metrics);
  }
  for (const auto& source : options_.credentials) {
    if (source.password_file.empty()) protect(source.username, source.password);
  }
}

Credentials::~Credentials() = default;

Result<std::vector<Credential>> Credentials::for_pass(const util::Limit& limit) {
  auto credentials = read_all(limit);
  current_ = credentials.value_or(std::vector<Credential>());
  matcher_.set(current_);
  has_read_again_ = false;
  return credentials;
}

bool Credentials::read_files_again() {
  if (std::exchange(has_read_again_, true) || current_.size() < options_.credentials.size()) {
    return false;
  }
  bool changed = false;
  // The static ones are the first of all.
  for (std::size_t i = 0; i < options_.credentials.size(); ++i) {
    if (options_.credentials[i].password_file.empty()) continue;
    auto now = read(options_.credentials[i]);
    if (!now || now->password == current_[i].password) continue;
    protect(now->username, now->password);
    current_[i] = *std::move(now);
    changed = true;
  }
  if (changed) matcher_.set(current_);
  return changed;
}

Result<std::vector<Credential>> Credentials::read_all(const util::Limit& limit) {
  std::vector<Credential> credentials;
  for (const auto& source : options_.credentials) {
    GS_TRY(auto credential, read(source));
    credentials.push_back(std::move(credential));
  }
  if (askpass_) {
    GS_TRY(auto credential, askpass_->ask(*cleaner_, limit));
    credentials.push_back(std::move(credential));
  }
  if (github_app_) {
    // In every pass, though it is the same for long: git forgets what a server refused once.
    GS_TRY_VOID(github_app_->refresh_if_due(*cleaner_, limit));
    if (const auto& token = github_app_->token()) credentials.push_back(*token);
  }
  for (const auto& credential : credentials) protect(credential.username, credential.password);
  return credentials;
}

bool Credentials::fatal() const noexcept { return github_app_ && github_app_->key_unreadable(); }

Result<Credential> Credentials::read(const StaticCredential& source) {
  std::string password = source.password;
  if (!source.password_file.empty()) {
    auto content = util::read_file(source.password_file, std::size_t{1} << 20);
    if (!content) {
      auto error = std::move(content).error().with_context(source.password_setting);
      error.cause = util::Cause::kSecretFileUnreadable;
      return util::fail(std::move(error));
    }
    password = std::move(*content);
  }
  GS_TRY(auto clean_username, cleaner_->clean(source.username, source.username_setting));
  GS_TRY(auto clean_password, cleaner_->clean(std::move(password), source.password_setting));
  return Credential{.url = source.url,
                    .username = std::move(clean_username),
                    .password = std::move(clean_password),
                    .setting = source.password_setting};
}

void Credentials::protect(std::string_view username, std::string_view password) const {
  for (const auto& part : util::parts_of_login(username, password)) {
    logger_.sink().add_secret(part);
  }
}

}  // namespace gitsync::auth
