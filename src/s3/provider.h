// SPDX-License-Identifier: Apache-2.0
// One place where credentials may come from. There is a file for each; credentials.cc has their
// order.

#pragma once

#include <memory>
#include <optional>
#include <string>

#include "net/http_client.h"
#include "s3/credentials.h"
#include "util/environment.h"
#include "util/error.h"
#include "util/event.h"

namespace gitsync::s3 {

// Thread-safety: none; Credentials asks one at a time.
class CredentialProvider {
 public:
  CredentialProvider() = default;
  CredentialProvider(const CredentialProvider&) = delete;
  CredentialProvider& operator=(const CredentialProvider&) = delete;
  virtual ~CredentialProvider() = default;

  // Nothing: it is not configured here, and the next one is asked. Errors: it is, and cannot; the
  // message begins with the variable that configures it, and holds no secret.
  virtual util::Result<std::optional<Identity>> find(const util::Limit& limit) = 0;
  // The last find() found nothing, but whoever it asked may only have been busy.
  virtual bool may_have_some_soon() const { return false; }
};

using ProviderResult = util::Result<std::optional<Identity>>;

std::unique_ptr<CredentialProvider> make_environment_provider(const util::Environment& environment);
std::unique_ptr<CredentialProvider> make_web_identity_provider(const CredentialOptions& options);
std::unique_ptr<CredentialProvider> make_container_provider(const CredentialOptions& options);
std::unique_ptr<CredentialProvider> make_profile_provider(const util::Environment& environment);
std::unique_ptr<CredentialProvider> make_instance_provider(const CredentialOptions& options);

// The body of an answer with status 200. Errors: any other, as net::kind_of_status() has it; those
// of send().
util::Result<std::string> ask(const net::HttpClient& http, const net::Request& request,
                              const util::Limit& limit);

// The JSON that containers and instances are answered: AccessKeyId, SecretAccessKey, Token,
// Expiration (RFC 3339). Errors: kProtocol, whose message holds no part of it but "Code" and
// "Message".
util::Result<Identity> parse_identity(const std::string& json, std::string origin);

// A file that holds one secret; blanks around it do not count. Errors: of reading it, with
// `variable` before the message; kInvalid if there is nothing in it, or a line break.
util::Result<std::string> read_token(const std::string& path, std::string_view variable);

}  // namespace gitsync::s3
