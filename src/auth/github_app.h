// SPDX-License-Identifier: Apache-2.0
// Installation tokens of a GitHub App: asked for when due, kept until they expire
// (docs/contract.md#github-app).

#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "auth/credentials.h"
#include "auth/value_cleaner.h"

namespace gitsync::auth {

// Thread-safety: none. `http`, `metrics` and the logger's sink outlive it.
class GithubApp {
 public:
  GithubApp(GithubAppOptions options, std::string repo_url, const net::HttpClient& http,
            log::Logger logger, metrics::Metrics& metrics);

  // Gets a new token if there is none or it has less than 30 s left; says whether it did.
  // Errors: kAuth, kNotFound, kNetwork or kProtocol as the API answers; kInvalid for an unusable
  // key; see key_unreadable().
  util::Result<bool> refresh_if_due(ValueCleaner& cleaner, const util::Limit& limit);

  const std::optional<Credential>& token() const { return token_; }
  // Whether the last refresh failed because the key's file could not be read.
  bool key_unreadable() const { return key_unreadable_; }

 private:
  bool due() const;
  util::Result<void> refresh(ValueCleaner& cleaner, const util::Limit& limit);
  util::Result<std::string> read_key();
  util::Result<void> accept(const std::string& body, ValueCleaner& cleaner);

  const GithubAppOptions options_;
  const std::string repo_url_;
  const net::HttpClient& http_;
  const log::Logger logger_;
  metrics::Metrics& metrics_;
  std::optional<Credential> token_;
  std::chrono::sys_seconds expires_at_{};
  bool key_unreadable_ = false;
};

}  // namespace gitsync::auth
