// SPDX-License-Identifier: Apache-2.0
// Credentials of a profile in the shared files.
#include <array>

#include "s3/provider.h"
#include "s3/shared_config.h"

namespace gitsync::s3 {
namespace {

using util::ErrorKind;

// Ways to credentials that are not for a program in a pod.
constexpr std::array<std::string_view, 5> kNotSupported = {
    "role_arn", "credential_process", "sso_session", "sso_start_url", "login_session"};

class ProfileProvider final : public CredentialProvider {
 public:
  explicit ProfileProvider(util::Environment environment) : environment_(std::move(environment)) {}

  ProviderResult find(const util::Limit& /*limit*/) override {
    GS_TRY(const auto profile, read_profile(environment_));
    const auto key = profile.get("aws_access_key_id");
    const auto secret = profile.get("aws_secret_access_key");
    for (const auto setting : kNotSupported) {
      if (profile.get(setting).empty()) continue;
      return util::fail(ErrorKind::kInvalid,
                        std::string(setting) + " in the " + profile.origin + " is not supported",
                        "use access keys, a web identity (IRSA) or EKS Pod Identity");
    }
    if (key.empty() && secret.empty()) return std::nullopt;
    if (key.empty() || secret.empty()) {
      return util::fail(ErrorKind::kInvalid, "the " + profile.origin +
                                                 " has only one of aws_access_key_id and "
                                                 "aws_secret_access_key");
    }
    return Identity{.access_key = key,
                    .secret_key = secret,
                    .session_token = profile.get("aws_session_token"),
                    .origin = "the " + profile.origin};
  }

 private:
  const util::Environment environment_;
};

}  // namespace

std::unique_ptr<CredentialProvider> make_profile_provider(const util::Environment& environment) {
  return std::make_unique<ProfileProvider>(environment);
}

}  // namespace gitsync::s3
