// SPDX-License-Identifier: Apache-2.0
#include "app/snapshot_setup.h"

#include <chrono>
#include <utility>

#include "app/bucket_setup.h"
#include "app/registry_setup.h"
#include "config/repo_kind.h"
#include "config/snapshot_place.h"
#include "hook/hook.h"
#include "snapshot/bucket_depot.h"
#include "snapshot/folder_depot.h"
#include "snapshot/names.h"
#include "snapshot/pointer_target.h"
#include "snapshot/registry_target.h"

namespace gitsync::app {

using util::Result;

namespace {

// A large tree over a slow line takes a while; what hangs for longer is begun anew.
constexpr std::chrono::minutes kLongest{30};
constexpr std::chrono::seconds kBackoff{10};

class SnapshotHook final : public hook::Hook {
 public:
  SnapshotHook(std::unique_ptr<snapshot::Target> target, std::shared_ptr<snapshot::Outbox> outbox)
      : target_(std::move(target)), outbox_(std::move(outbox)) {}

  Result<void> run(const std::string& hash, const util::Limit& limit) override {
    const auto item = outbox_->of(hash);
    if (!item) return {};  // a newer one is there, and triggers a run of its own
    auto published = target_->publish(*item, limit.within(kLongest));
    if (!published) {
      if (published.error().subject.empty()) published.error().subject = "--publish-snapshot";
      return util::fail(
          std::move(published).error().with_context("publish a snapshot at " + target_->address()));
    }
    outbox_->done(item);
    return {};
  }

 private:
  const std::unique_ptr<snapshot::Target> target_;
  const std::shared_ptr<snapshot::Outbox> outbox_;
};

std::string name_of(const config::Settings& s) {
  const bool is_git = config::kind_of_repo(s.repo) == config::RepoKind::kGit;
  return is_git ? snapshot::name_of_ref(s.ref) : "latest";
}

snapshot::PointerTargetOptions pointer_options(std::string name, const config::Settings& s,
                                               const SnapshotContext& context) {
  return {.name = std::move(name),
          .source = context.source,
          .ref = s.ref,
          .keep = static_cast<std::size_t>(s.snapshot_keep)};
}

using MaybeTarget = Result<std::unique_ptr<snapshot::Target>>;

MaybeTarget target_at(config::BucketPlace place, const config::Settings& s,
                      const SnapshotContext& context, const Process& process,
                      snapshot::Archives& archives) {
  GS_TRY(auto client, make_bucket_client(s, place.folder.bucket, process, context.logger));
  auto depot = std::make_unique<snapshot::BucketDepot>(std::move(place.folder), std::move(client));
  return std::make_unique<snapshot::PointerTarget>(
      pointer_options(place.name.empty() ? name_of(s) : place.name, s, context), std::move(depot),
      archives, context.logger);
}

// The login is read for each publication, from a docker config: what is set for the source is not
// for others.
snapshot::RegistryTarget::Connect connector(const oci::Reference& reference,
                                            const config::Settings& s,
                                            const SnapshotContext& context,
                                            const Process& process) {
  auto login = std::make_shared<objects::RegistryLogin>(
      make_registry_login(s, "", reference, process, nullptr, context.logger));
  const auto http = net::ClientOptions::from(process.environment);
  return [login, reference, http, plain = plain_http_of(s)]() -> Result<oci::Client> {
    GS_TRY_VOID(login->read());
    return oci::Client::create(
        reference,
        {.session = net::SessionOptions::from(http), .login = login->login(), .plain_http = plain});
  };
}

MaybeTarget target_at(config::RegistryPlace place, const config::Settings& s,
                      const SnapshotContext& context, const Process& process,
                      snapshot::Archives& archives) {
  if (!place.has_tag) place.repository.tag = name_of(s);
  auto connect = connector(place.repository, s, context, process);
  return std::make_unique<snapshot::RegistryTarget>(
      snapshot::RegistryTargetOptions{.place = std::move(place.repository),
                                      .source = context.source},
      std::move(connect), archives, context.logger);
}

MaybeTarget target_of(const std::string& address, const config::Settings& s,
                      const SnapshotContext& context, const Process& process,
                      snapshot::Archives& archives) {
  GS_TRY(auto place, config::parse_snapshot_place(address));
  const auto make = [&](auto&& there) {
    return target_at(std::forward<decltype(there)>(there), s, context, process, archives);
  };
  return std::visit(make, std::move(place));
}

Result<sync::Publication> publication_of(std::unique_ptr<snapshot::Target> target,
                                         const config::Settings& s,
                                         const SnapshotContext& context) {
  sync::Publication publication{.outbox = std::make_shared<snapshot::Outbox>(), .runner = {}};
  auto hook = std::make_unique<SnapshotHook>(std::move(target), publication.outbox);
  const auto mode = s.one_time ? hook::Mode::kOneShot : hook::Mode::kRetry;
  GS_TRY(
      publication.runner,
      hook::Runner::start(std::move(hook), {.name = "snapshot", .backoff = kBackoff, .mode = mode},
                          context.logger, context.metrics));
  return publication;
}

}  // namespace

Result<std::unique_ptr<http::SnapshotServer>> serve_snapshots(const config::Settings& s,
                                                              const tree::Layout& layout,
                                                              const Process& process,
                                                              const log::Logger& logger) {
  if (s.serve_snapshots.empty()) return nullptr;
  if (s.one_time) {
    logger.info(0, "snapshots are not served by a one-time run", {{"bind", s.serve_snapshots}});
    return nullptr;
  }
  return http::SnapshotServer::start({.bind = s.serve_snapshots,
                                      .folder = layout.snapshots(),
                                      .token_file = s.serve_snapshots_token_file,
                                      .tls_certificate = s.serve_snapshots_tls_cert,
                                      .tls_key = s.serve_snapshots_tls_key,
                                      .failed =
                                          [logger, &stop = process.stop](const util::Error& error) {
                                            logger.error("the server of snapshots died", error);
                                            stop.set();
                                          }},
                                     logger);
}

Result<void> set_up_snapshots(const config::Settings& settings, const SnapshotContext& context,
                              const Process& process, snapshot::Archives& archives,
                              http::SnapshotServer* server, sync::Notifier& notifier) {
  const auto add = [&](std::unique_ptr<snapshot::Target> target) -> Result<void> {
    GS_TRY(auto publication, publication_of(std::move(target), settings, context));
    notifier.publications.push_back(std::move(publication));
    return {};
  };
  for (const auto& address : settings.publish_snapshots) {
    if (address.empty()) continue;
    GS_TRY(auto target, target_of(address, settings, context, process, archives));
    GS_TRY_VOID(add(std::move(target)));
  }
  if (server == nullptr) return {};
  auto depot = std::make_unique<snapshot::FolderDepot>(context.layout.snapshots(),
                                                       [server] { server->changed(); });
  return add(std::make_unique<snapshot::PointerTarget>(
      pointer_options(name_of(settings), settings, context), std::move(depot), archives,
      context.logger));
}

}  // namespace gitsync::app
