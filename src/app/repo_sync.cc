// SPDX-License-Identifier: Apache-2.0
#include "app/repo_sync.h"

#include "app/credential_setup.h"
#include "util/paths.h"
#include "util/url.h"

namespace gitsync::app {
namespace {

// Validation has left only these words.
worktree::Submodules submodules_of(const std::string& word) {
  if (word == "off") return worktree::Submodules::kOff;
  return word == "shallow" ? worktree::Submodules::kShallow : worktree::Submodules::kRecursive;
}

git::Gc gc_of(const std::string& word) {
  if (word == "off") return git::Gc::kOff;
  if (word == "auto") return git::Gc::kAuto;
  return word == "aggressive" ? git::Gc::kAggressive : git::Gc::kAlways;
}

sync::EngineOptions engine_options(const RepoSyncInput& input, const std::string& url) {
  const auto& s = input.settings;
  const std::string sparse =
      s.sparse_checkout_file.empty()
          ? ""
          : util::absolute_path(input.working_directory, s.sparse_checkout_file);
  return {.remote =
              {.url = url, .ref = s.ref, .depth = s.depth, .filter = s.filter, .root = input.root},
          .checkout = {.sparse_checkout_file = sparse,
                       .submodules = submodules_of(s.submodules),
                       .depth = s.depth}};
}

sync::LoopOptions loop_options(const RepoSyncInput& input, const std::string& url) {
  const auto& s = input.settings;
  return {.repo = util::redact_url_and_query(url),
          .ref = s.ref,
          .period = s.period,
          .init_period = s.init_period,
          .sync_timeout = s.sync_timeout,
          .one_time = s.one_time,
          .max_failures = s.max_failures,
          .init_max_failures = s.init_max_failures,
          .touch_file = s.touch_file.empty() ? "" : util::absolute_path(input.root, s.touch_file)};
}

}  // namespace

sync::Ending run_repo_sync(const RepoSyncInput& input, const log::Logger& logger) {
  const std::string url = url_without_userinfo(input.settings.repo);
  const worktree::Layout layout{input.root};
  const git::Repository repository(input.root, input.git.git, logger);
  auth::Credentials credentials(credential_options(input.settings, input.environment), logger,
                                input.metrics);
  sync::Syncer syncer(
      {.layout = layout,
       .repo = url,
       .ref = input.settings.ref,
       .git = input.git.git,
       .config = input.git.config,
       .repository = repository,
       .credentials = credentials,
       .metrics = input.metrics,
       .notifier = input.notifier,
       .engine =
           sync::make_engine(engine_options(input, url), layout, input.git.git, repository, logger),
       .root = worktree::Root(layout, url, repository, input.git.config, logger),
       .publisher =
           worktree::Publisher(util::absolute_path(input.root, input.settings.link), logger),
       .retirer = worktree::Retirer(layout,
                                    {.stale_timeout = input.settings.stale_worktree_timeout,
                                     .gc = gc_of(input.settings.git_gc)},
                                    repository, logger)},
      logger);
  sync::Loop loop(loop_options(input, url), syncer, credentials, input.notifier, input.metrics,
                  input.stop, input.wake, logger);
  return loop.run();
}

}  // namespace gitsync::app
