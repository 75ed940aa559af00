// SPDX-License-Identifier: Apache-2.0
#include "s3/endpoint.h"

#include <algorithm>

#include "net/target.h"
#include "s3/encode.h"
#include "util/quote.h"
#include "util/url.h"

namespace gitsync::s3 {
namespace {

using util::ErrorKind;
using util::Result;

constexpr std::size_t kMaxRegion = 63;  // of a label in a host name

std::unexpected<util::Error> unusable(std::string_view why) {
  return util::fail(ErrorKind::kInvalid, "the S3 endpoint is unusable: " + std::string(why));
}

Result<net::Address> parse_endpoint(const std::string& url) {
  if (!url.contains("://")) return unusable("it must begin with https:// or http://");
  const auto target = net::parse_target(url);
  if (!target) return unusable(target.error().message);
  if (target->userinfo) return unusable("it must not hold a user name or password");
  if (target->path != "/") return unusable("it must not hold a path; the bucket is in s3://");
  return target->address;
}

bool is_ip_address(std::string_view host) {
  return host.contains(':') || host.find_first_not_of("0123456789.") == std::string_view::npos;
}

// A certificate of *.host fits no name with one more dot, an IP address has no names below it, and
// a host's name holds no '_'.
bool has_host_of_its_own(std::string_view bucket, const net::Address& service, BucketStyle style,
                         bool is_aws) {
  if (style == BucketStyle::kPath || is_ip_address(service.host)) return false;
  if (bucket.contains('_')) return false;
  if (bucket.contains('.') && service.scheme == "https") return false;
  return style == BucketStyle::kHost || is_aws;
}

}  // namespace

std::string Endpoint::path(std::string_view key) const { return base_path + encode_path(key); }

Result<void> check_region(std::string_view region) {
  const bool is_label =
      !region.empty() && region.size() <= kMaxRegion && std::ranges::all_of(region, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
      });
  if (is_label) return {};
  return util::fail(ErrorKind::kInvalid, util::quoted(region) + " is no name of a region");
}

// "Service endpoints and quotas", AWS General Reference; AWS European Sovereign Cloud User Guide:
// among those that the public can use, the domains of China and of that cloud differ.
std::string aws_domain(std::string_view region) {
  if (region.starts_with("cn-")) return "amazonaws.com.cn";
  return region.starts_with("eusc-") ? "amazonaws.eu" : "amazonaws.com";
}

Result<Endpoint> endpoint_of(const Options& options, std::string_view bucket,
                             std::string_view region) {
  GS_TRY_VOID(check_region(region));
  const bool is_aws = options.endpoint.empty();
  GS_TRY(net::Address service,
         parse_endpoint(is_aws ? "https://s3." + std::string(region) + "." + aws_domain(region)
                               : options.endpoint));
  Endpoint endpoint{.is_tls = service.scheme == "https"};
  if (has_host_of_its_own(bucket, service, options.style, is_aws)) {
    service.host = std::string(bucket) + "." + service.host;
    endpoint.base_path = "/";
  } else {
    endpoint.base_path = "/" + std::string(bucket) + "/";
  }
  endpoint.origin = service.origin();
  endpoint.host = endpoint.origin.substr(service.scheme.size() + 3);
  return endpoint;
}

}  // namespace gitsync::s3
