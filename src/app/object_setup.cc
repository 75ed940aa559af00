// SPDX-License-Identifier: Apache-2.0
#include "app/object_setup.h"

#include <utility>

#include "config/repo_kind.h"
#include "objects/archive_origin.h"
#include "objects/bucket_folder.h"
#include "objects/bucket_object.h"
#include "objects/object_source.h"
#include "objects/web_object.h"
#include "s3/address.h"
#include "s3/client.h"
#include "util/byte_size.h"

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

Result<s3::Client> client_of(const config::Settings& s, const std::string& bucket,
                             const Process& process, const log::Logger& logger) {
  GS_TRY(auto options, options_of(s, process));
  auto credentials = std::make_shared<s3::Credentials>(
      s3::CredentialOptions{
          .environment = process.environment, .http = options.http, .region = options.region},
      logger);
  return s3::Client::open(std::move(options), bucket, std::move(credentials));
}

std::unique_ptr<objects::RemoteObject> web_object(const SourceSettings& settings,
                                                  const Process& process,
                                                  const auth::Credentials& credentials) {
  const auto http = net::ClientOptions::from(process.environment);
  return std::make_unique<objects::WebObject>(
      settings.url,
      net::SessionOptions{.proxies = http.proxies,
                          .trust = std::make_shared<const net::Trust>(http.trust)},
      credentials);
}

std::unique_ptr<objects::Origin> archive_of(std::unique_ptr<objects::RemoteObject> object,
                                            const SourceSettings& settings,
                                            const log::Logger& logger) {
  archive::Limits limits{.setting = "--max-tree-size"};
  // Validation has left nothing else.
  limits.max_bytes = util::parse_byte_size(settings.settings.max_tree_size).value_or(0);
  return std::make_unique<objects::ArchiveOrigin>(
      objects::ArchiveOriginOptions{.layout = {settings.root}, .limits = std::move(limits)},
      std::move(object), logger);
}

Result<std::unique_ptr<objects::Origin>> origin_of(const SourceSettings& settings,
                                                   const Process& process,
                                                   const auth::Credentials& credentials,
                                                   const log::Logger& logger) {
  const auto& s = settings.settings;
  const auto kind = config::kind_of_repo(s.repo);
  if (kind == config::RepoKind::kWebArchive) {
    return archive_of(web_object(settings, process, credentials), settings, logger);
  }
  GS_TRY(auto address, s3::parse_address(s.repo));
  GS_TRY(auto client, client_of(s, address.bucket, process, logger));
  if (kind == config::RepoKind::kBucketArchive) {
    return archive_of(
        std::make_unique<objects::BucketObject>(std::move(address), std::move(client)), settings,
        logger);
  }
  return std::make_unique<objects::BucketFolder>(
      objects::BucketFolderOptions{.address = std::move(address),
                                   .concurrency = static_cast<std::size_t>(s.s3_concurrency),
                                   .layout = {settings.root}},
      std::move(client), logger);
}

}  // namespace

Result<std::unique_ptr<source::Source>> make_object_source(const SourceSettings& settings,
                                                           const Process& process,
                                                           const auth::Credentials& credentials,
                                                           const log::Logger& logger) {
  GS_TRY(auto origin, origin_of(settings, process, credentials, logger));
  return std::make_unique<objects::ObjectSource>(
      objects::ObjectSourceOptions{
          .layout = {settings.root},
          .sharing = sharing_of(settings.settings),
          .width = static_cast<std::size_t>(settings.settings.write_concurrency),
          .hook_environment = process.environment},
      std::move(origin), logger);
}

}  // namespace gitsync::app
