// SPDX-License-Identifier: Apache-2.0
// Credentials that stand in variables. "AWS access keys", AWS SDKs and Tools Reference Guide.
#include <array>

#include "s3/provider.h"
#include "util/text.h"

namespace gitsync::s3 {
namespace {

using util::ErrorKind;

constexpr std::string_view kKey = "AWS_ACCESS_KEY_ID";
constexpr std::string_view kSecret = "AWS_SECRET_ACCESS_KEY";
constexpr std::string_view kToken = "AWS_SESSION_TOKEN";

// A Secret that was made of the output of echo ends with a newline.
std::string trimmed(const util::Environment& environment, std::string_view name) {
  return std::string(util::trim(environment.get_or(name, "")));
}

class EnvironmentProvider final : public CredentialProvider {
 public:
  explicit EnvironmentProvider(const util::Environment& environment)
      : key_(trimmed(environment, kKey)),
        secret_(trimmed(environment, kSecret)),
        token_(trimmed(environment, kToken)) {}

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
    using Named = std::pair<std::string_view, const std::string&>;
    for (const auto& [name, value] : {Named{kKey, key_}, {kSecret, secret_}, {kToken, token_}}) {
      if (!util::has_control(value)) continue;
      return util::fail(ErrorKind::kInvalid,
                        std::string(name) + " holds a line break or another control character");
    }
    return Identity{.access_key = key_,
                    .secret_key = secret_,
                    .session_token = token_,
                    .origin = std::string(kKey)};
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
