// SPDX-License-Identifier: Apache-2.0
// The words of explain(), and the causes: what a person is to check is in log/hints.cc.
#include <array>
#include <functional>

#include "net/status.h"
#include "s3/service_error.h"
#include "util/quote.h"

namespace gitsync::s3 {
namespace {

using util::Cause;
using util::Error;
using util::ErrorKind;

std::string place(const Asked& asked) { return "s3://" + asked.bucket + "/" + asked.key; }

Error because(ErrorKind kind, Cause cause, std::string message) {
  return {.kind = kind, .message = std::move(message), .cause = cause};
}

std::string origin(const Asked& asked) {
  return asked.identity ? asked.identity->origin : std::string();
}

Error access_denied(const ServiceError& /*error*/, const Asked& asked) {
  if (!asked.identity) {
    return because(ErrorKind::kAuth, Cause::kBucketLoginMissing,
                   "access denied: no credentials were found, so it was not signed");
  }
  return because(ErrorKind::kAuth, Cause::kBucketForbidden,
                 "access denied with the credentials of " + origin(asked));
}

Error unknown_key(const ServiceError& /*error*/, const Asked& asked) {
  return because(ErrorKind::kAuth, Cause::kAccessKeyUnknown,
                 "the server does not know the access key of " + origin(asked));
}

Error wrong_signature(const ServiceError& /*error*/, const Asked& asked) {
  return because(ErrorKind::kAuth, Cause::kSecretKeyWrong,
                 "the secret key of " + origin(asked) + " does not fit its access key");
}

Error expired(const ServiceError& /*error*/, const Asked& asked) {
  return because(ErrorKind::kAuth, Cause::kBucketLoginExpired,
                 "the credentials of " + origin(asked) + " have expired");
}

Error wrong_clock(const ServiceError& error, const Asked& asked) {
  std::string by = "differs too much from the server's";
  if (error.server_time) {
    const auto ahead = (asked.time - *error.server_time).count();
    by = "is " + std::to_string(ahead < 0 ? -ahead : ahead) + " s " +
         (ahead < 0 ? "behind" : "ahead of") + " the server's";
  }
  return because(ErrorKind::kAuth, Cause::kClockWrong, "our clock " + by);
}

Error wrong_region(const ServiceError& error, const Asked& asked) {
  if (error.region.empty() || error.region == asked.region) {
    return because(ErrorKind::kInvalid, Cause::kBucketRegion,
                   "the bucket is not served there (asked in " + asked.region + ")");
  }
  return because(ErrorKind::kInvalid, Cause::kBucketRegion,
                 "the bucket is in region " + util::quoted(error.region) +
                     ", and was asked for in " + util::quoted(asked.region));
}

Error no_bucket(const ServiceError& /*error*/, const Asked& asked) {
  return because(ErrorKind::kNotFound, Cause::kBucketMissing,
                 "the bucket " + util::quoted(asked.bucket) + " does not exist");
}

Error no_key(const ServiceError& /*error*/, const Asked& /*asked*/) {
  return because(ErrorKind::kNotFound, Cause::kObjectMissing, "there is no such object");
}

Error archived(const ServiceError& /*error*/, const Asked& /*asked*/) {
  return because(ErrorKind::kProtocol, Cause::kObjectArchived,
                 "the object is in an archive class and cannot be read");
}

struct Entry {
  std::string_view code;
  Error (*make)(const ServiceError&, const Asked&);
};

constexpr auto kEntries = std::to_array<Entry>({
    {"AccessDenied", access_denied},
    {"AllAccessDisabled", access_denied},
    {"AuthorizationHeaderMalformed", wrong_region},
    {"ExpiredToken", expired},
    {"ExpiredTokenException", expired},
    {"IllegalLocationConstraintException", wrong_region},
    {"InvalidAccessKeyId", unknown_key},
    {"InvalidObjectState", archived},
    {"InvalidToken", expired},
    {"NoSuchBucket", no_bucket},
    {"NoSuchKey", no_key},
    {"PermanentRedirect", wrong_region},
    {"RequestTimeTooSkewed", wrong_clock},
    {"SignatureDoesNotMatch", wrong_signature},
    {"TokenRefreshRequired", expired},
    {"XAdminUserNotFound", unknown_key},  // versitygw
});

Cause cause_of_status(const ServiceError& error) {
  constexpr int kTooMany = 429;
  constexpr int kNotImplemented = 501;
  if (error.status == kTooMany || error.code == "SlowDown") return Cause::kRateLimited;
  if (error.status == kNotImplemented) return Cause::kBucketRequestUnknown;
  if (error.status >= 500) return Cause::kServerFault;
  return error.code.empty() ? Cause::kNoBucketServer : Cause::kBucketRequestUnknown;
}

Error unlisted(const ServiceError& error, const Asked& asked) {
  if (error.status == 301 || error.status == 307) return wrong_region(error, asked);
  if (error.status == 403 && error.code.empty()) return access_denied(error, asked);
  if (error.code.empty()) {
    return because(net::kind_of_status(error.status), cause_of_status(error),
                   net::describe_status(error.status) + ", and no error of S3's");
  }
  return because(net::kind_of_status(error.status), cause_of_status(error), "the server refused");
}

Error find(const ServiceError& error, const Asked& asked) {
  for (const auto& [code, make] : kEntries) {
    if (error.code == code) return make(error, asked);
  }
  return unlisted(error, asked);
}

}  // namespace

Error explain(const ServiceError& error, const Asked& asked) {
  Error made = find(error, asked);
  if (!error.code.empty()) {
    made.message += " (" + util::escaped(error.code);
    if (!error.message.empty()) made.message += ": " + util::escaped(error.message);
    made.message += ")";
  }
  return std::move(made).with_context(place(asked));
}

}  // namespace gitsync::s3
