// SPDX-License-Identifier: Apache-2.0
// Where an S3 service is and how it wants to be spoken to; what the environment says of that.

#pragma once

#include <string>

#include "net/client_options.h"
#include "util/environment.h"
#include "util/error.h"

namespace gitsync::s3 {

enum class BucketStyle {
  kAuto,  // kHost with AWS, kPath with an endpoint of one's own
  kPath,  // https://endpoint/bucket/key
  kHost,  // https://bucket.endpoint/key; a bucket that fits no certificate or host goes by its path
};

struct Options {
  std::string endpoint = {};  // an http(s) URL without path; empty: AWS's for the region
  std::string region = {};    // empty: us-east-1, until a server names another
  BucketStyle style = BucketStyle::kAuto;
  net::ClientOptions http = {};

  // endpoint: AWS_ENDPOINT_URL_S3, AWS_ENDPOINT_URL, or those of the profile. region: AWS_REGION,
  // AWS_DEFAULT_REGION, or that of the profile. Trust: AWS_CA_BUNDLE in place of SSL_CERT_FILE.
  // A variable that is empty counts as not set. Errors: of shared_config.h, for a profile that is
  // named and cannot be read.
  static util::Result<Options> from(const util::Environment& environment);
};

}  // namespace gitsync::s3
