// SPDX-License-Identifier: Apache-2.0
#include "app/object_setup.h"

#include <utility>

#include "app/bucket_setup.h"
#include "app/registry_setup.h"
#include "config/repo_kind.h"
#include "objects/archive_origin.h"
#include "objects/bucket_folder.h"
#include "objects/bucket_object.h"
#include "objects/bucket_place.h"
#include "objects/object_source.h"
#include "objects/registry_object.h"
#include "objects/snapshot_origin.h"
#include "objects/web_object.h"
#include "objects/web_place.h"
#include "s3/address.h"
#include "util/byte_size.h"

namespace gitsync::app {

using util::Result;

namespace {

// Validation has left nothing else.
archive::Limits limits_of(const config::Settings& s) {
  archive::Limits limits{.setting = "--max-tree-size"};
  limits.max_bytes = util::parse_byte_size(s.max_tree_size).value_or(0);
  return limits;
}

std::unique_ptr<objects::Origin> archive_of(std::unique_ptr<objects::RemoteObject> object,
                                            const SourceSettings& settings,
                                            const log::Logger& logger) {
  return std::make_unique<objects::ArchiveOrigin>(
      objects::ArchiveOriginOptions{.layout = settings.layout(),
                                    .limits = limits_of(settings.settings)},
      std::move(object), logger);
}

std::unique_ptr<objects::Origin> snapshot_at(std::unique_ptr<objects::SnapshotPlace> place,
                                             const SourceSettings& settings,
                                             const log::Logger& logger) {
  return std::make_unique<objects::SnapshotOrigin>(
      objects::SnapshotOriginOptions{.layout = settings.layout(),
                                     .limits = limits_of(settings.settings)},
      std::move(place), logger);
}

Result<std::unique_ptr<objects::Origin>> bucket_origin(config::RepoKind kind,
                                                       const SourceSettings& settings,
                                                       const Process& process,
                                                       const log::Logger& logger) {
  const auto& s = settings.settings;
  GS_TRY(auto address, s3::parse_address(s.repo));
  GS_TRY(auto client, make_bucket_client(s, address.bucket, process, logger));
  if (kind == config::RepoKind::kBucketArchive) {
    return archive_of(
        std::make_unique<objects::BucketObject>(std::move(address), std::move(client)), settings,
        logger);
  }
  if (kind == config::RepoKind::kBucketSnapshot) {
    return snapshot_at(
        std::make_unique<objects::BucketPlace>(std::move(address), std::move(client)), settings,
        logger);
  }
  return std::make_unique<objects::BucketFolder>(
      objects::BucketFolderOptions{.address = std::move(address),
                                   .concurrency = static_cast<std::size_t>(s.s3_concurrency),
                                   .layout = settings.layout(),
                                   .exclude = objects::PathPatterns(s.exclude),
                                   .limits = limits_of(s)},
      std::move(client), logger);
}

Result<std::unique_ptr<objects::Origin>> registry_origin(const SourceSettings& settings,
                                                         const Process& process,
                                                         auth::Credentials& credentials,
                                                         const log::Logger& logger) {
  const auto& s = settings.settings;
  GS_TRY(auto reference, oci::parse_reference(s.repo));
  auto login = make_registry_login(s, s.repo, reference, process, &credentials, logger);
  objects::RegistryOptions options{.reference = std::move(reference),
                                   .plain_http = plain_http_of(s),
                                   .http = net::ClientOptions::from(process.environment)};
  return archive_of(
      std::make_unique<objects::RegistryObject>(std::move(options), std::move(login), logger),
      settings, logger);
}

Result<std::unique_ptr<objects::Origin>> origin_of(const SourceSettings& settings,
                                                   const Process& process,
                                                   auth::Credentials& credentials,
                                                   const log::Logger& logger) {
  const auto& s = settings.settings;
  const auto kind = config::kind_of_repo(s.repo);
  const auto session = net::SessionOptions::from(net::ClientOptions::from(process.environment));
  objects::WebLogin login(credentials, s.bearer_token_file);
  if (kind == config::RepoKind::kWebArchive) {
    return archive_of(std::make_unique<objects::WebObject>(settings.url, session, std::move(login)),
                      settings, logger);
  }
  if (kind == config::RepoKind::kRegistry) {
    return registry_origin(settings, process, credentials, logger);
  }
  if (kind == config::RepoKind::kWebSnapshot) {
    return snapshot_at(std::make_unique<objects::WebPlace>(settings.url, session, std::move(login)),
                       settings, logger);
  }
  return bucket_origin(kind, settings, process, logger);
}

}  // namespace

Result<std::unique_ptr<source::Source>> make_object_source(const SourceSettings& settings,
                                                           const Process& process,
                                                           auth::Credentials& credentials,
                                                           const log::Logger& logger) {
  GS_TRY(auto origin, origin_of(settings, process, credentials, logger));
  return std::make_unique<objects::ObjectSource>(
      objects::ObjectSourceOptions{.layout = settings.layout(),
                                   .sharing = sharing_of(settings.settings),
                                   .hook_environment = process.environment},
      std::move(origin), logger);
}

}  // namespace gitsync::app
