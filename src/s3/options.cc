// SPDX-License-Identifier: Apache-2.0
#include "s3/options.h"

#include <initializer_list>

#include "s3/shared_config.h"

namespace gitsync::s3 {
namespace {

std::string first_of(std::initializer_list<std::string> values) {
  for (const auto& value : values) {
    if (!value.empty()) return value;
  }
  return {};
}

}  // namespace

util::Result<Options> Options::from(const util::Environment& environment) {
  const auto variable = [&](std::string_view name) { return environment.get_or(name, ""); };
  GS_TRY(const auto profile, read_profile(environment));
  Options options{
      .endpoint = first_of({variable("AWS_ENDPOINT_URL_S3"), variable("AWS_ENDPOINT_URL"),
                            profile.get("s3.endpoint_url"), profile.get("endpoint_url")}),
      .region =
          first_of({variable("AWS_REGION"), variable("AWS_DEFAULT_REGION"), profile.get("region")}),
      .http = net::ClientOptions::from(environment)};
  if (variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS") == "true") options.endpoint.clear();
  if (const auto style = profile.get("s3.addressing_style"); style == "path") {
    options.style = BucketStyle::kPath;
  } else if (style == "virtual") {
    options.style = BucketStyle::kHost;
  }
  const auto bundle = first_of({variable("AWS_CA_BUNDLE"), profile.get("ca_bundle")});
  if (!bundle.empty()) {
    // That file alone: whoever names it means it.
    options.http.trust = {.cert_file = bundle, .cert_dirs = "/nonexistent"};
  }
  return options;
}

}  // namespace gitsync::s3
