// SPDX-License-Identifier: Apache-2.0
#include "app/bucket_setup.h"

#include <utility>

#include "objects/bucket_folder.h"
#include "objects/object_source.h"
#include "s3/address.h"
#include "s3/client.h"

namespace gitsync::app {
namespace {

util::Result<s3::Options> options_of(const config::Settings& s, const Process& process) {
  GS_TRY(auto options, s3::Options::from(process.environment));
  if (!s.s3_endpoint.empty()) options.endpoint = s.s3_endpoint;
  if (!s.s3_region.empty()) options.region = s.s3_region;
  if (s.s3_path_style_given) {
    options.style = s.s3_path_style ? s3::BucketStyle::kPath : s3::BucketStyle::kHost;
  }
  return options;
}

// A hook may write through a hard link, and the group may where it is to.
tree::Sharing sharing_of(const config::Settings& s) {
  const bool hooks = !s.exechook_command.empty() || !s.pre_publish_exechook_command.empty();
  return s.one_time || hooks || s.group_write ? tree::Sharing::kNone : tree::Sharing::kHardLinks;
}

}  // namespace

util::Result<std::unique_ptr<source::Source>> make_bucket_source(const SourceSettings& settings,
                                                                 const Process& process,
                                                                 const log::Logger& logger) {
  const auto& s = settings.settings;
  const tree::Layout layout{settings.root};
  GS_TRY(auto address, s3::parse_address(s.repo));
  GS_TRY(auto options, options_of(s, process));
  auto credentials = std::make_shared<s3::Credentials>(
      s3::CredentialOptions{
          .environment = process.environment, .http = options.http, .region = options.region},
      logger);
  GS_TRY(auto client, s3::Client::open(std::move(options), address.bucket, std::move(credentials)));
  auto origin = std::make_unique<objects::BucketFolder>(
      objects::BucketFolderOptions{.address = std::move(address),
                                   .concurrency = static_cast<std::size_t>(s.s3_concurrency),
                                   .layout = layout},
      std::move(client), logger);
  return std::make_unique<objects::ObjectSource>(
      objects::ObjectSourceOptions{
          .layout = layout, .sharing = sharing_of(s), .hook_environment = process.environment},
      std::move(origin), logger);
}

}  // namespace gitsync::app
