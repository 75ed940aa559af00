// SPDX-License-Identifier: Apache-2.0
#include "app/repo_sync.h"

#include <utility>

#include "app/credential_setup.h"
#include "app/hook_setup.h"
#include "app/snapshot_setup.h"
#include "util/paths.h"
#include "util/url.h"

namespace gitsync::app {
namespace {

sync::PassOptions pass_options(const RepoContext& context, const sync::Notifier& notifier) {
  const auto& s = context.settings;
  return {.layout = layout_of(context.settings, context.root),
          .ref = s.ref,
          .link = util::absolute_path(context.root, s.link),
          .touch_file = s.touch_file.empty() ? "" : util::absolute_path(context.root, s.touch_file),
          .stale_timeout = s.stale_worktree_timeout,
          .leases = notifier.leases};
}

sync::LoopOptions loop_options(const config::Settings& s, const std::string& url) {
  return {.repo = util::redact_url_and_query(url),
          .ref = s.ref,
          .period = s.period,
          .init_period = s.init_period,
          .sync_timeout = s.sync_timeout,
          .one_time = s.one_time,
          .max_failures = s.max_failures,
          .init_max_failures = s.init_max_failures};
}

}  // namespace

RepoSync::RepoSync(const RepoContext& context, const Process& process)
    : context_(context),
      stop_(process.stop),
      url_(url_without_userinfo(context.settings.repo)),
      archives_(layout_of(context.settings, context.root)),
      credentials_(credential_options(context.settings, process.environment), context.logger,
                   context.metrics) {}

util::Result<std::unique_ptr<RepoSync>> RepoSync::create(const RepoContext& context,
                                                         const Process& process) {
  // NOLINTNEXTLINE(cppcoreguidelines-owning-memory): the constructor is private
  std::unique_ptr<RepoSync> repo(new RepoSync(context, process));
  const auto layout = layout_of(context.settings, context.root);
  GS_TRY(repo->source_, context.make_source({.settings = context.settings,
                                             .root = context.root,
                                             .url = repo->url_,
                                             .metrics = context.metrics},
                                            process, repo->credentials_, context.logger));
  GS_TRY(auto hooks,
         set_up_hooks(context.settings, {.trees = layout.trees(),
                                         .environment = repo->source_->hook_environment(),
                                         .processes = process.processes,
                                         .metrics = context.metrics,
                                         .logger = context.logger}));
  GS_TRY(repo->server_, serve_snapshots(context.settings, layout, process, context.logger));
  GS_TRY_VOID(set_up_snapshots(context.settings,
                               {.layout = layout,
                                .source = util::redact_url_and_query(repo->url_),
                                .metrics = context.metrics,
                                .logger = context.logger},
                               process, repo->archives_, repo->server_.get(), hooks));
  repo->notifier_.emplace(std::move(hooks)).on_ready = context.on_ready;
  return repo;
}

sync::Ending RepoSync::run() {
  // NOLINTNEXTLINE(bugprone-unchecked-optional-access): create() has filled it
  const sync::PassParts parts{*source_, credentials_, context_.metrics, *notifier_};
  // NOLINTNEXTLINE(bugprone-unchecked-optional-access): likewise
  const auto options = pass_options(context_, *notifier_);
  sync::Loop loop(loop_options(context_.settings, url_),
                  sync::Pass(options, parts, context_.logger), parts, stop_, context_.wake,
                  context_.logger);
  return loop.run();
}

}  // namespace gitsync::app
