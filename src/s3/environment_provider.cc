// SPDX-License-Identifier: Apache-2.0
// Credentials that stand in variables. "AWS access keys", AWS SDKs and Tools Reference Guide.
#include "s3/provider.h"

namespace gitsync::s3 {
namespace {

using util::ErrorKind;

class EnvironmentProvider final : public CredentialProvider {
 public:
  explicit EnvironmentProvider(const util::Environment& environment)
      : key_(environment.get_or("AWS_ACCESS_KEY_ID", "")),
        secret_(environment.get_or("AWS_SECRET_ACCESS_KEY", "")),
        token_(environment.get_or("AWS_SESSION_TOKEN", "")) {}

  ProviderResult find(const util::Limit& /*limit*/) override {
    if (key_.empty() && secret_.empty()) return std::nullopt;
    if (secret_.empty()) {
      return util::fail(ErrorKind::kInvalid,
                        "AWS_ACCESS_KEY_ID is set, but AWS_SECRET_ACCESS_KEY is not");
    }
    if (key_.empty()) {
      return util::fail(ErrorKind::kInvalid,
                        "AWS_SECRET_ACCESS_KEY is set, but AWS_ACCESS_KEY_ID is not");
    }
    return Identity{.access_key = key_,
                    .secret_key = secret_,
                    .session_token = token_,
                    .origin = "AWS_ACCESS_KEY_ID"};
  }

 private:
  const std::string key_;
  const std::string secret_;
  const std::string token_;
};

}  // namespace

std::unique_ptr<CredentialProvider> make_environment_provider(
    const util::Environment& environment) {
  return std::make_unique<EnvironmentProvider>(environment);
}

}  // namespace gitsync::s3
