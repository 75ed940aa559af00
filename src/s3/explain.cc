// SPDX-License-Identifier: Apache-2.0
// The words of explain(): from codes to what a person is to check.
#include <array>
#include <functional>

#include "net/status.h"
#include "s3/service_error.h"
#include "util/quote.h"

namespace gitsync::s3 {
namespace {

using util::Error;
using util::ErrorKind;

std::string place(const Asked& asked) { return "s3://" + asked.bucket + "/" + asked.key; }

std::string origin(const Asked& asked) {
  return asked.identity ? asked.identity->origin : std::string();
}

Error access_denied(const ServiceError& /*error*/, const Asked& asked) {
  if (!asked.identity) {
    return {ErrorKind::kAuth, "access denied: no credentials were found, so it was not signed",
            "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the pod a role"};
  }
  return {ErrorKind::kAuth, "access denied with the credentials of " + origin(asked),
          "allow s3:ListBucket and s3:GetObject (to publish also s3:PutObject and "
          "s3:DeleteObject); who may not list is also told so of a key that is missing"};
}

Error unknown_key(const ServiceError& /*error*/, const Asked& asked) {
  return {ErrorKind::kAuth, "the server does not know the access key of " + origin(asked),
          "check that key and endpoint belong together"};
}

Error wrong_signature(const ServiceError& /*error*/, const Asked& asked) {
  return {ErrorKind::kAuth, "the secret key of " + origin(asked) + " does not fit its access key",
          "check the secret key for blanks and missing characters"};
}

Error expired(const ServiceError& /*error*/, const Asked& asked) {
  return {ErrorKind::kAuth, "the credentials of " + origin(asked) + " have expired",
          "renew them; those of a role, a pod identity or an instance are renewed by themselves"};
}

Error wrong_clock(const ServiceError& error, const Asked& asked) {
  std::string by = "differs too much from the server's";
  if (error.server_time) {
    const auto ahead = (asked.time - *error.server_time).count();
    by = "is " + std::to_string(ahead < 0 ? -ahead : ahead) + " s " +
         (ahead < 0 ? "behind" : "ahead of") + " the server's";
  }
  return {ErrorKind::kAuth, "our clock " + by, "set the clock of this machine; it should run NTP"};
}

Error wrong_region(const ServiceError& error, const Asked& asked) {
  if (error.region.empty() || error.region == asked.region) {
    return {ErrorKind::kInvalid, "the bucket is not served there (asked in " + asked.region + ")",
            "name the bucket's region or endpoint"};
  }
  return {ErrorKind::kInvalid,
          "the bucket is in region " + util::quoted(error.region) + ", and was asked for in " +
              util::quoted(asked.region),
          "name its region, and an endpoint that serves it"};
}

Error no_bucket(const ServiceError& /*error*/, const Asked& asked) {
  return {ErrorKind::kNotFound, "the bucket " + util::quoted(asked.bucket) + " does not exist",
          "check its name and the endpoint"};
}

Error no_key(const ServiceError& /*error*/, const Asked& /*asked*/) {
  return {ErrorKind::kNotFound, "there is no such object"};
}

Error archived(const ServiceError& /*error*/, const Asked& /*asked*/) {
  return {ErrorKind::kProtocol, "the object is in an archive class and cannot be read",
          "restore it, or move it to another storage class"};
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

Error unlisted(const ServiceError& error, const Asked& asked) {
  if (error.status == 301 || error.status == 307) return wrong_region(error, asked);
  if (error.status == 403 && error.code.empty()) return access_denied(error, asked);
  if (error.code.empty()) {
    return {net::kind_of_status(error.status),
            net::describe_status(error.status) + ", and no error of S3's",
            "check that the endpoint is an S3 service"};
  }
  return {net::kind_of_status(error.status), "the server refused"};
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
