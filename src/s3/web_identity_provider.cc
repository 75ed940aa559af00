// SPDX-License-Identifier: Apache-2.0
// Credentials for a token of a cluster (EKS: IAM roles for service accounts), from STS.
// "AssumeRoleWithWebIdentity", AWS Security Token Service API Reference.
#include "net/http_client.h"
#include "net/status.h"
#include "s3/encode.h"
#include "s3/endpoint.h"
#include "s3/provider.h"
#include "s3/xml.h"
#include "util/quote.h"
#include "util/timestamp.h"

namespace gitsync::s3 {
namespace {

using util::ErrorKind;
using util::Result;

constexpr std::string_view kVariable = "AWS_WEB_IDENTITY_TOKEN_FILE";
constexpr std::size_t kMaxAnswer = std::size_t{64} << 10;

struct Answer {
  Identity identity = {};
  std::string expiration = {};
  std::string error_code = {};
  std::string error_message = {};
};

Answer read_answer(std::string_view body) {
  Answer answer;
  XmlReader reader([&](std::string_view path, std::string_view text) -> Result<void> {
    if (path.ends_with("/Credentials/AccessKeyId")) answer.identity.access_key = text;
    if (path.ends_with("/Credentials/SecretAccessKey")) answer.identity.secret_key = text;
    if (path.ends_with("/Credentials/SessionToken")) answer.identity.session_token = text;
    if (path.ends_with("/Credentials/Expiration")) answer.expiration = text;
    if (path.ends_with("/Error/Code")) answer.error_code = text;
    if (path.ends_with("/Error/Message")) answer.error_message = text;
    return {};
  });
  if (!reader.feed(body) || !reader.finish()) answer.identity = {};
  return answer;
}

std::string sts_url(const util::Environment& environment, const std::string& region) {
  for (const auto* name : {"AWS_ENDPOINT_URL_STS", "AWS_ENDPOINT_URL"}) {
    if (auto url = environment.get_or(name, ""); !url.empty()) {
      while (url.ends_with('/')) url.pop_back();
      return url + "/";
    }
  }
  if (region.empty()) return "https://sts.amazonaws.com/";
  return "https://sts." + region + "." + aws_domain(region) + "/";
}

class WebIdentityProvider final : public CredentialProvider {
 public:
  explicit WebIdentityProvider(const CredentialOptions& options)
      : token_file_(options.environment.get_or(kVariable, "")),
        role_(options.environment.get_or("AWS_ROLE_ARN", "")),
        session_(options.environment.get_or("AWS_ROLE_SESSION_NAME", "git-sync")),
        url_(sts_url(options.environment, options.region)),
        http_(options.http) {}

  ProviderResult find(const util::Limit& limit) override {
    if (token_file_.empty()) return std::nullopt;
    auto found = assume_role(limit);
    if (found) return std::optional(*std::move(found));
    return util::fail(std::move(found).error().with_context(kVariable));
  }

 private:
  Result<Identity> assume_role(const util::Limit& limit) {
    if (role_.empty()) return util::fail(ErrorKind::kInvalid, "AWS_ROLE_ARN is not set");
    GS_TRY(const auto token, read_token(token_file_, "token"));
    GS_TRY(const auto response,
           http_.send({.method = "POST",
                       .url = url_,
                       .headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                                   {"Accept", "application/xml"}},
                       .body = encode_query({{"Action", "AssumeRoleWithWebIdentity"},
                                             {"Version", "2011-06-15"},
                                             {"RoleArn", role_},
                                             {"RoleSessionName", session_},
                                             {"WebIdentityToken", token}}),
                       .body_limit = kMaxAnswer},
                      limit));
    return accept(response);
  }

  Result<Identity> accept(const net::Response& response) const {
    auto answer = read_answer(response.body);
    if (response.status != 200) {
      std::string said = "STS answered " + net::describe_status(response.status);
      if (!answer.error_code.empty()) said += ": " + util::escaped(answer.error_code);
      if (!answer.error_message.empty()) said += ": " + util::escaped(answer.error_message);
      // It tells what is wrong with role and token by 400.
      const auto kind =
          response.status == 400 ? ErrorKind::kAuth : net::kind_of_status(response.status);
      said += " (role " + util::escaped(role_) + ")";
      if (kind != ErrorKind::kAuth) return util::fail(kind, said);
      return util::fail(kind, util::Cause::kWebIdentityRefused, said);
    }
    answer.identity.expires_at = util::parse_timestamp(answer.expiration);
    if (answer.identity.access_key.empty() || answer.identity.secret_key.empty() ||
        !answer.identity.expires_at) {
      return util::fail(ErrorKind::kProtocol, "the answer of STS holds no credentials");
    }
    answer.identity.origin = kVariable;
    return std::move(answer.identity);
  }

  const std::string token_file_;
  const std::string role_;
  const std::string session_;
  const std::string url_;
  const net::HttpClient http_;
};

}  // namespace

std::unique_ptr<CredentialProvider> make_web_identity_provider(const CredentialOptions& options) {
  return std::make_unique<WebIdentityProvider>(options);
}

}  // namespace gitsync::s3
