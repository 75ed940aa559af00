// SPDX-License-Identifier: Apache-2.0
// Credentials of a container: EKS Pod Identity, ECS. "Container credential provider", AWS SDKs and
// Tools Reference Guide.
#include <algorithm>
#include <array>

#include "net/address.h"
#include "s3/provider.h"
#include "util/text.h"

namespace gitsync::s3 {
namespace {

using util::ErrorKind;
using util::Result;

constexpr std::string_view kFull = "AWS_CONTAINER_CREDENTIALS_FULL_URI";
constexpr std::string_view kRelative = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI";
constexpr std::string_view kTokenFile = "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE";
constexpr std::string_view kToken = "AWS_CONTAINER_AUTHORIZATION_TOKEN";
constexpr std::string_view kEcs = "http://169.254.170.2";
// Of ECS and EKS: what is sent there does not leave the machine.
constexpr std::array<std::string_view, 3> kLinkLocal = {"169.254.170.2", "169.254.170.23",
                                                        "fd00:ec2::23"};

Result<void> check_host(const std::string& url) {
  GS_TRY(const auto address, net::parse_address(url));
  if (address.scheme == "https" || address.is_loopback() ||
      std::ranges::find(kLinkLocal, address.host) != kLinkLocal.end()) {
    return {};
  }
  return util::fail(ErrorKind::kInvalid,
                    "http is only for loopback addresses and those of ECS and EKS");
}

class ContainerProvider final : public CredentialProvider {
 public:
  explicit ContainerProvider(const CredentialOptions& options)
      : environment_(options.environment),
        patience_(options.patience),
        http_({.trust = options.http.trust}) {}

  ProviderResult find(const util::Limit& limit) override {
    const auto relative = environment_.get_or(kRelative, "");
    const auto full = environment_.get_or(kFull, "");
    if (relative.empty() && full.empty()) return std::nullopt;
    const auto variable = relative.empty() ? kFull : kRelative;
    auto found = ask_agent(relative.empty() ? full : std::string(kEcs) + relative, variable,
                           limit.within(patience_));
    if (found) return std::optional(*std::move(found));
    return util::fail(std::move(found).error().with_context(variable));
  }

 private:
  Result<Identity> ask_agent(const std::string& url, std::string_view variable,
                             const util::Limit& limit) {
    GS_TRY_VOID(check_host(url));
    net::Request request{.url = url};
    GS_TRY(const auto token, authorization());
    if (!token.empty()) request.headers.emplace_back("Authorization", token);
    GS_TRY(const auto json, ask(http_, request, limit));
    return parse_identity(json, std::string(variable));
  }

  // The file is written anew before its token expires.
  Result<std::string> authorization() const {
    const auto path = environment_.get_or(kTokenFile, "");
    if (!path.empty()) return read_token(path, kTokenFile);
    auto token = environment_.get_or(kToken, "");
    if (!util::has_control(token)) return token;
    return util::fail(ErrorKind::kInvalid, std::string(kToken) + " holds more than one line");
  }

  const util::Environment environment_;
  const std::chrono::milliseconds patience_;
  const net::HttpClient http_;
};

}  // namespace

std::unique_ptr<CredentialProvider> make_container_provider(const CredentialOptions& options) {
  return std::make_unique<ContainerProvider>(options);
}

}  // namespace gitsync::s3
