// SPDX-License-Identifier: Apache-2.0
#include "app/source_setup.h"

#include "app/object_setup.h"
#include "cli/config_places.h"
#include "config/repo_kind.h"
#include "git/effective_config.h"
#include "source/auto_source.h"
#include "source/git_cli.h"
#include "source/native_rules.h"
#include "source/transport_choice.h"
#include "util/paths.h"

namespace gitsync::app {
namespace {

// Validation has left only these words.
source::Submodules submodules_of(const std::string& word) {
  if (word == "off") return source::Submodules::kOff;
  return word == "shallow" ? source::Submodules::kShallow : source::Submodules::kRecursive;
}

cli::Gc gc_of(const std::string& word) {
  if (word == "off") return cli::Gc::kOff;
  if (word == "auto") return cli::Gc::kAuto;
  return word == "aggressive" ? cli::Gc::kAggressive : cli::Gc::kAlways;
}

cli::SetupOptions setup_options(const config::Settings& s, const Process& process) {
  return {.executable = s.git,
          .environment = process.environment,
          .working_directory = process.working_directory,
          .ssh = {.key_files = s.ssh_key_files,
                  .known_hosts = s.ssh_known_hosts,
                  .known_hosts_file = s.ssh_known_hosts_file,
                  .verbosity = s.verbose},
          .cookie_file = s.cookie_file,
          .settings = s.git_config_pairs};
}

// A wrapper in the place of git is there to see every command.
source::Engine engine_of(const config::Settings& s) {
  if (s.engine == "git" || s.git != "git") return source::Engine::kGit;
  return s.engine == "native" ? source::Engine::kNative : source::Engine::kAuto;
}

source::GitCliOptions git_options(const SourceSettings& settings, const Process& process) {
  const auto& s = settings.settings;
  const std::string sparse =
      s.sparse_checkout_file.empty()
          ? ""
          : util::absolute_path(process.working_directory, s.sparse_checkout_file);
  return {.setup = setup_options(s, process),
          .fetch = {.url = settings.url, .ref = s.ref, .depth = s.depth, .filter = s.filter},
          .checkout = {.sparse_checkout_file = sparse,
                       .submodules = submodules_of(s.submodules),
                       .depth = s.depth},
          .gc = gc_of(s.git_gc),
          .dropped_settings = s.dropped_settings,
          .trust_foreign_owner = s.trust_foreign_owner};
}

bool has_hooks(const config::Settings& s) {
  return !s.exechook_command.empty() || !s.pre_publish_exechook_command.empty();
}

// All that git would see. What the root's own repository says has no effect.
using GitSettings = util::Result<std::vector<git::ConfigEntry>>;
GitSettings git_settings(const source::GitCli& git) {
  GS_TRY(const auto places, cli::config_places(git.hook_environment(), git.config().settings()));
  return git::effective_config(places);
}

std::string own_helper(const source::GitCli& git) {
  for (const auto& [key, value] : git.config().settings()) {
    if (key == "credential.helper") return value;
  }
  return "";
}

// Why git must build all trees; empty: it need not.
std::string build_settings_for_git(const config::Settings& s, const source::GitCli& git,
                                   const GitSettings& settings) {
  if (!s.sparse_checkout_file.empty()) return "--sparse-checkout-file is set";
  if (!s.filter.empty()) return "--filter is set";
  if (!settings) return settings.error().message;
  const auto environment = git.child_environment();
  const auto understood = source::check_settings(
      source::NativeStep::kBuild,
      {.settings = *settings, .environment = environment, .own_helper = own_helper(git)});
  if (!understood) return understood.error().message;
  const auto attributes = source::check_user_attributes(environment);
  return attributes ? "" : attributes.error().message;
}

// Why git must do a step with the store; empty: it need not.
std::string store_step_for_git(source::NativeStep step, const config::Settings& s,
                               const source::GitCli& git, const GitSettings& settings) {
  if (!s.filter.empty()) return "--filter is set";
  if (!settings) return settings.error().message;
  const auto environment = git.child_environment();
  const auto understood = source::check_settings(
      step, {.settings = *settings, .environment = environment, .own_helper = own_helper(git)});
  return understood ? "" : understood.error().message;
}

// Why git must make a new repository; empty: it need not.
std::string init_for_git(const source::GitCli& git, const GitSettings& settings) {
  for (const char* const name :
       {"GIT_DEFAULT_HASH", "GIT_DEFAULT_REF_FORMAT", "GIT_TEMPLATE_DIR"}) {
    if (git.hook_environment().get(name)) return std::string(name) + " is set";
  }
  if (!settings) return settings.error().message;
  for (const auto& entry : *settings) {
    const bool matters = entry.key.starts_with("init.") || entry.key == "core.sharedrepository";
    if (matters && entry.key != "init.defaultbranch") return entry.key + " is set";
  }
  return "";
}

source::NativeBuilderOptions builder_options(const config::Settings& s, const source::GitCli& git,
                                             const GitSettings& settings) {
  source::NativeBuilderOptions options{.settings_for_git =
                                           build_settings_for_git(s, git, settings)};
  options.sharing = sharing_of(s);
  return options;
}

std::vector<std::string> ssh_files(const config::Settings& s) {
  auto files = s.ssh_key_files;
  if (s.ssh_known_hosts) files.push_back(s.ssh_known_hosts_file);
  return files;
}

// Made when the first question is asked, and again whenever ssh is to be run in another way.
source::NativeResolver::TransportMaker transport_maker(
    const SourceSettings& settings, const Process& process, const source::GitCli& git,
    const GitSettings& git_settings, auth::Credentials& credentials, const log::Logger& logger) {
  const auto& s = settings.settings;
  source::TransportInputs inputs{
      .url = settings.url,
      .root = settings.root,
      .own_helper = own_helper(git),
      .temporary_directory = cli::temporary_directory(setup_options(s, process)),
      .dropped_settings = s.dropped_settings,
      .limits = process.limits};
  return [inputs = std::move(inputs), files = ssh_files(s), &git, git_settings, &credentials,
          logger]() mutable -> util::Result<std::unique_ptr<source::Transport>> {
    // Those that ssh reads, too: a repaired copy is written a little later than its file.
    inputs.ssh_files = files;
    for (const auto& path : git.ssh_key_paths()) inputs.ssh_files.push_back(path);
    inputs.login_note = source::read_login_note(tree::Layout{inputs.root}, inputs.url);
    GS_TRY(inputs.settings, git_settings);
    inputs.environment = git.child_environment();
    return source::choose_transport(inputs, credentials, logger);
  };
}

std::unique_ptr<source::Source> make_auto(source::Engine engine, const SourceSettings& settings,
                                          const Process& process,
                                          std::unique_ptr<source::GitCli> git,
                                          auth::Credentials& credentials,
                                          const log::Logger& logger) {
  const auto& s = settings.settings;
  const auto seen_by_git = git_settings(*git);
  auto resolver = std::make_unique<source::NativeResolver>(
      source::NativeResolverOptions{.url = settings.url, .ref = s.ref},
      transport_maker(settings, process, *git, seen_by_git, credentials, logger), logger);
  source::AutoOptions options{
      .engine = engine,
      .ref = s.ref,
      .depth = s.depth,
      .has_hooks = has_hooks(s),
      .explicit_gc = s.git_gc_given,
      .builder = builder_options(s, *git, seen_by_git),
      .init_for_git = init_for_git(*git, seen_by_git),
      .fetch_for_git = store_step_for_git(source::NativeStep::kFetch, s, *git, seen_by_git),
      .reclaim_for_git = store_step_for_git(source::NativeStep::kReclaim, s, *git, seen_by_git)};
  return std::make_unique<source::AutoSource>(std::move(options), settings.layout(), std::move(git),
                                              std::move(resolver), settings.metrics, logger);
}

}  // namespace

tree::Layout layout_of(const config::Settings& settings, const std::string& root) {
  return {.root = root, .width = static_cast<std::size_t>(settings.write_concurrency)};
}

tree::Sharing sharing_of(const config::Settings& s) {
  const bool may_share = !s.one_time && !has_hooks(s) && !s.group_write;
  return may_share ? tree::Sharing::kHardLinks : tree::Sharing::kNone;
}

util::Result<void> check_source(const config::Settings& settings) {
  if (config::kind_of_repo(settings.repo) != config::RepoKind::kGit) return {};
  return cli::check_git(settings.git);
}

util::Result<std::unique_ptr<source::Source>> make_source(const SourceSettings& settings,
                                                          const Process& process,
                                                          auth::Credentials& credentials,
                                                          const log::Logger& logger) {
  const auto& s = settings.settings;
  if (config::kind_of_repo(s.repo) != config::RepoKind::kGit) {
    return make_object_source(settings, process, credentials, logger);
  }
  const auto engine = engine_of(s);
  const auto layout = settings.layout();
  const auto start =
      engine == source::Engine::kGit ? source::GitStart::kNow : source::GitStart::kAtFirstUse;
  GS_TRY(auto git, source::GitCli::create(git_options(settings, process), layout,
                                          {.processes = process.processes,
                                           .credentials = credentials,
                                           .forced_end = process.forced_end,
                                           .stop = process.stop},
                                          logger, start));
  if (engine == source::Engine::kGit) return git;
  return make_auto(engine, settings, process, std::move(git), credentials, logger);
}

}  // namespace gitsync::app
