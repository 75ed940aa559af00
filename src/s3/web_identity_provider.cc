// SPDX-License-Identifier: Apache-2.0
// Credentials for a token of a cluster (EKS: IAM roles for service accounts), from STS.
// "AssumeRoleWithWebIdentity", AWS Security Token Service API Reference.
#include <algorithm>
#include <array>

#include "net/http_client.h"
#include "net/status.h"
#include "s3/encode.h"
#include "s3/endpoint.h"
#include "s3/provider.h"
#include "s3/tries.h"
#include "s3/xml.h"
#include "util/quote.h"
#include "util/timestamp.h"

namespace gitsync::s3 {
namespace {

using util::ErrorKind;
using util::Result;

constexpr std::string_view kVariable = "AWS_WEB_IDENTITY_TOKEN_FILE";
constexpr int kMostTries = 3;
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

// It has no time, or could not ask who issued the token. "Errors" of AssumeRoleWithWebIdentity, and
// "Common errors"; all with status 400, like what is wrong with role and token.
bool is_busy(std::string_view code) {
  constexpr std::array<std::string_view, 2> kCodes = {"IDPCommunicationError",
                                                      "RequestLimitExceeded"};
  return code.starts_with("Throttling") || std::ranges::find(kCodes, code) != kCodes.end();
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
        patience_(options.patience),
        http_(options.http) {}

  ProviderResult find(const util::Limit& limit) override {
    if (token_file_.empty()) return std::nullopt;
    auto found = assume_role(limit.within(patience_));
    if (found) return std::optional(*std::move(found));
    return util::fail(std::move(found).error().with_context(kVariable));
  }

 private:
  Result<Identity> assume_role(const util::Limit& limit) {
    if (role_.empty()) return util::fail(ErrorKind::kInvalid, "AWS_ROLE_ARN is not set");
    GS_TRY(const auto token, read_token(token_file_, "token"));
    const net::Request request{.method = "POST",
                               .url = url_,
                               .headers = {{"Content-Type", "application/x-www-form-urlencoded"},
                                           {"Accept", "application/xml"}},
                               .body = encode_query({{"Action", "AssumeRoleWithWebIdentity"},
                                                     {"Version", "2011-06-15"},
                                                     {"RoleArn", role_},
                                                     {"RoleSessionName", session_},
                                                     {"WebIdentityToken", token}}),
                               .body_limit = kMaxAnswer};
    Tries tries;
    for (int left = kMostTries - 1;; --left) {
      GS_TRY(const auto response, http_.send(request, limit));
      auto answer = read_answer(response.body);
      if (response.status == 200) return accept(std::move(answer));
      const bool busy = response.status == 400 && is_busy(answer.error_code);
      bool again = busy && left > 0;
      if (again) {
        GS_TRY(again, tries.wait("", limit));
      }
      if (!again) return util::fail(refusal(response.status, answer, busy));
    }
  }

  util::Error refusal(int status, const Answer& answer, bool busy) const {
    std::string said = busy ? "STS could not look at the role now: " : "STS answered ";
    said += net::describe_status(status);
    if (!answer.error_code.empty()) said += ": " + util::escaped(answer.error_code);
    if (!answer.error_message.empty()) said += ": " + util::escaped(answer.error_message);
    said += " (role " + util::escaped(role_) + ")";
    if (busy) return {.kind = ErrorKind::kNetwork, .message = said};
    // It tells what is wrong with role and token by 400.
    const auto kind = status == 400 ? ErrorKind::kAuth : net::kind_of_status(status);
    util::Error error{.kind = kind, .message = said};
    if (kind == ErrorKind::kAuth) error.cause = util::Cause::kWebIdentityRefused;
    return error;
  }

  static Result<Identity> accept(Answer answer) {
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
  const std::chrono::milliseconds patience_;
  const net::HttpClient http_;
};

}  // namespace

std::unique_ptr<CredentialProvider> make_web_identity_provider(const CredentialOptions& options) {
  return std::make_unique<WebIdentityProvider>(options);
}

}  // namespace gitsync::s3
