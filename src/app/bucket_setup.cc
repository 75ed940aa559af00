// SPDX-License-Identifier: Apache-2.0
#include "app/bucket_setup.h"

#include <memory>
#include <utility>

namespace gitsync::app {

using util::Result;

namespace {

Result<s3::Options> options_of(const config::Settings& s, const Process& process) {
  GS_TRY(auto options, s3::Options::from(process.environment));
  if (!s.s3_endpoint.empty()) options.endpoint = s.s3_endpoint;
  if (!s.s3_region.empty()) options.region = s.s3_region;
  if (s.s3_path_style_given) {
    options.style = s.s3_path_style ? s3::BucketStyle::kPath : s3::BucketStyle::kHost;
  }
  return options;
}

}  // namespace

Result<s3::Client> make_bucket_client(const config::Settings& s, const std::string& bucket,
                                      const Process& process, const log::Logger& logger) {
  GS_TRY(auto options, options_of(s, process));
  auto credentials = std::make_shared<s3::Credentials>(
      s3::CredentialOptions{
          .environment = process.environment, .http = options.http, .region = options.region},
      logger);
  return s3::Client::open(std::move(options), bucket, std::move(credentials));
}

}  // namespace gitsync::app
