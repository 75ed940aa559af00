// SPDX-License-Identifier: Apache-2.0
// Credentials of an EC2 instance, by its metadata service, version 2. "Use the Instance Metadata
// Service to access instance metadata", Amazon EC2 User Guide.
#include "net/status.h"
#include "s3/encode.h"
#include "s3/provider.h"
#include "util/text.h"

namespace gitsync::s3 {
namespace {

using util::ErrorKind;
using util::Result;

constexpr std::string_view kEndpoint = "AWS_EC2_METADATA_SERVICE_ENDPOINT";
constexpr std::string_view kMode = "AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE";
constexpr std::string_view kDisabled = "AWS_EC2_METADATA_DISABLED";
constexpr std::string_view kName = "instance metadata (EC2)";
constexpr std::string_view kPath = "latest/meta-data/iam/security-credentials/";
// Elsewhere nobody answers at its address, and everybody without credentials waits for that.
constexpr std::chrono::seconds kPatience{2};
constexpr std::size_t kMaxName = 256;

std::string base_url(const CredentialOptions& options) {
  const auto& environment = options.environment;
  auto url = environment.get_or(kEndpoint, options.instance_metadata);
  if (url.empty()) {
    const bool is_ipv6 = util::to_lower(environment.get_or(kMode, "")) == "ipv6";
    url = is_ipv6 ? "http://[fd00:ec2::254]" : "http://169.254.169.254";
  }
  while (url.ends_with('/')) url.pop_back();
  return url + "/";
}

class InstanceProvider final : public CredentialProvider {
 public:
  explicit InstanceProvider(const CredentialOptions& options)
      : is_disabled_(util::to_lower(options.environment.get_or(kDisabled, "")) == "true"),
        is_named_(!options.environment.get_or(kEndpoint, "").empty()),
        base_(base_url(options)),
        http_({.trust = options.http.trust}) {}

  ProviderResult find(const util::Limit& limit) override {
    if (is_disabled_) return std::nullopt;
    const auto patient = limit.within(kPatience);
    const auto token = ask_for_token(patient);
    if (limit.stopped()) return util::fail(limit.check().error());
    if (!token) {
      // Whoever did not name it, and never got any, is not on an instance.
      if (!is_named_ && !has_given_) return std::nullopt;
      return util::fail(util::Error(token.error()).with_context(is_named_ ? kEndpoint : kName));
    }
    auto found = ask_with(*token, patient);
    if (!found) return util::fail(std::move(found).error().with_context(kName));
    has_given_ = has_given_ || *found;
    return found;
  }

  bool may_have_some_soon() const override { return is_busy_; }

 private:
  // Says by the way whether somebody is there, and has no time.
  Result<std::string> ask_for_token(const util::Limit& limit) {
    const auto response =
        http_.send({.method = "PUT",
                    .url = base_ + "latest/api/token",
                    .headers = {{"X-aws-ec2-metadata-token-ttl-seconds", "21600"}}},
                   limit);
    is_busy_ = !response && response.error().kind == ErrorKind::kTimeout;
    if (!response) return util::fail(response.error());
    if (response->status == 200) return response->body;
    const auto kind = net::kind_of_status(response->status);
    is_busy_ = kind == ErrorKind::kNetwork;
    return util::fail(kind, net::describe_status(response->status));
  }

  ProviderResult ask_with(const std::string& token, const util::Limit& limit) {
    const std::vector<net::Header> headers = {
        {"X-aws-ec2-metadata-token", std::string(util::trim(token))}};
    const auto url = base_ + std::string(kPath);
    const auto names = ask(http_, {.url = url, .headers = headers}, limit);
    // An instance without a role.
    if (!names && names.error().kind == ErrorKind::kNotFound) return std::nullopt;
    if (!names) return util::fail(names.error());
    const std::string_view all = *names;
    const auto name = util::trim(all.substr(0, all.find('\n')));
    if (name.empty() || name.size() > kMaxName || util::has_control(name)) {
      return util::fail(ErrorKind::kProtocol, "the answer names no role");
    }
    GS_TRY(const auto json, ask(http_, {.url = url + encode(name), .headers = headers}, limit));
    GS_TRY(auto identity, parse_identity(json, "the instance's role"));
    return std::optional(std::move(identity));
  }

  const bool is_disabled_;
  const bool is_named_;
  const std::string base_;
  const net::HttpClient http_;
  bool has_given_ = false;
  bool is_busy_ = false;
};

}  // namespace

std::unique_ptr<CredentialProvider> make_instance_provider(const CredentialOptions& options) {
  return std::make_unique<InstanceProvider>(options);
}

}  // namespace gitsync::s3
