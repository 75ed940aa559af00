// SPDX-License-Identifier: Apache-2.0
// The URL of a bucket and its objects: AWS's of a region, or one of a service of one's own; with
// the bucket in the path or in the host. "Virtual hosting of general purpose buckets", Amazon S3
// User Guide.

#pragma once

#include <string>
#include <string_view>

#include "s3/options.h"
#include "util/error.h"

namespace gitsync::s3 {

// A bucket's place.
struct Endpoint {
  std::string origin;     // "https://bucket.s3.eu-west-1.amazonaws.com", without '/' at its end
  std::string host;       // what the header Host holds: with the port unless it is the scheme's
  std::string base_path;  // "/", or "/bucket/"
  bool is_tls = true;     // what is sent is protected without a hash

  // Encoded, as it is signed and sent. An empty key is the bucket.
  std::string path(std::string_view key) const;
};

// Where `bucket` is if it is in `region`. Errors: kInvalid for an endpoint that is no http(s) URL
// of a host alone, and for a region that would be no part of a host name.
util::Result<Endpoint> endpoint_of(const Options& options, std::string_view bucket,
                                   std::string_view region);

util::Result<void> check_region(std::string_view region);

// "amazonaws.com", or another domain where the region is in another part of AWS.
std::string aws_domain(std::string_view region);

}  // namespace gitsync::s3
