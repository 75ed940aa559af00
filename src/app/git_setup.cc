// SPDX-License-Identifier: Apache-2.0
#include "app/git_setup.h"

#include <unistd.h>

#include <array>
#include <charconv>

#include "git/ssh_command.h"
#include "util/files.h"
#include "util/paths.h"
#include "util/spawn.h"
#include "util/text.h"

namespace gitsync::app {
namespace {

using util::Environment;
using util::ErrorKind;
using util::Result;

constexpr std::chrono::seconds kStartupLimit{30};
constexpr const char* kCookieFile = "/etc/git-secret/cookie_file";

// These would point git at another repository than the one it is run in, or change what it holds:
// `git rev-parse --local-env-vars` but for configuration, which people set on purpose, and others
// of the same sort.
constexpr std::array<std::string_view, 16> kRepositoryVariables{"GIT_DIR",
                                                                "GIT_WORK_TREE",
                                                                "GIT_IMPLICIT_WORK_TREE",
                                                                "GIT_INDEX_FILE",
                                                                "GIT_OBJECT_DIRECTORY",
                                                                "GIT_QUARANTINE_PATH",
                                                                "GIT_COMMON_DIR",
                                                                "GIT_ALTERNATE_OBJECT_DIRECTORIES",
                                                                "GIT_NAMESPACE",
                                                                "GIT_PREFIX",
                                                                "GIT_INTERNAL_SUPER_PREFIX",
                                                                "GIT_CONFIG",
                                                                "GIT_SHALLOW_FILE",
                                                                "GIT_GRAFT_FILE",
                                                                "GIT_REPLACE_REF_BASE",
                                                                "GIT_NO_REPLACE_OBJECTS"};

Result<void> check_version(const git::Git& git, const log::Logger& logger,
                           const util::Limit& limit) {
  GS_TRY(const auto version, git.run({"version"}, "", limit));
  logger.info(0, "git version", {{"version", version}});
  if (is_supported_git(version)) return {};
  return util::fail(ErrorKind::kLocal, version + " is too old: git 2.32 or newer is needed");
}

Result<void> apply_user_settings(const config::Settings& settings, git::PrivateConfig& config) {
  if (settings.cookie_file) {
    if (!util::exists(kCookieFile)) {
      return util::fail(ErrorKind::kNotFound,
                        std::string("--cookie-file is set but there is no ") + kCookieFile);
    }
    GS_TRY_VOID(config.set("http.cookiefile", kCookieFile));
  }
  for (const auto& [key, value] : settings.git_config_pairs) {
    auto set = config.set(key, value);
    if (!set) return util::fail(std::move(set).error().with_context("--git-config"));
  }
  return {};
}

// git is run in many directories.
std::string executable_path(const std::string& name, const std::string& working_directory) {
  const bool relative = name.find('/') != std::string::npos && !name.starts_with('/');
  return relative ? working_directory + '/' + name : name;
}

}  // namespace

Result<void> check_git(const std::string& name) {
  auto found = util::find_program(name);
  if (found && ::access(found->c_str(), X_OK) != 0) found = util::fail(util::sys_error(*found));
  if (found) return {};
  auto error = std::move(found).error().with_context("git executable " + name);
  error.hint = "install git, or name it with --git";
  return util::fail(std::move(error));
}

bool is_supported_git(std::string_view version_output) {
  constexpr std::string_view kPrefix = "git version ";
  if (!version_output.starts_with(kPrefix)) return true;
  version_output.remove_prefix(kPrefix.size());
  int major = 0;
  int minor = 0;
  const char* const begin = version_output.data();
  const char* const end = begin + version_output.size();
  const auto first = std::from_chars(begin, end, major);
  if (first.ec != std::errc{} || first.ptr == end || *first.ptr != '.') return true;
  if (std::from_chars(first.ptr + 1, end, minor).ec != std::errc{}) return true;
  return major > 2 || (major == 2 && minor >= 32);
}

Result<GitSetup> set_up_git(const GitSetupInput& input, const log::Logger& logger) {
  const auto& settings = input.settings;
  const util::Limit limit = util::Limit{.stop = &input.stop}.within(kStartupLimit);
  Environment environment = input.environment;
  for (const auto name : kRepositoryVariables) environment.unset(name);
  std::string temporary = environment.get_or("TMPDIR", "");
  // Absolute, because git runs elsewhere.
  temporary = temporary.empty() ? "/tmp" : util::absolute_path(input.working_directory, temporary);
  GS_TRY(auto config, git::PrivateConfig::create(temporary));
  logger.info(2, "private git configuration", {{"path", config.path()}});
  environment.set("GIT_CONFIG_GLOBAL", config.path());
  environment.set("GIT_CONFIG_NOSYSTEM", "true");
  const std::string ssh = git::ssh_command({.inherited = environment.get_or("GIT_SSH_COMMAND", ""),
                                            .key_files = settings.ssh_key_files,
                                            .known_hosts = settings.ssh_known_hosts,
                                            .known_hosts_file = settings.ssh_known_hosts_file,
                                            .verbosity = settings.verbose});
  environment.set("GIT_SSH_COMMAND", ssh);
  logger.info(1, "setting up ssh access",
              {{"keys", settings.ssh_key_files},
               {"knownHosts", settings.ssh_known_hosts ? settings.ssh_known_hosts_file : ""}});
  logger.info(9, "setting environment", {{"GIT_SSH_COMMAND", ssh}});
  git::Git git({.executable = executable_path(settings.git, input.working_directory),
                .environment = std::move(environment)},
               input.runner, logger);
  GS_TRY_VOID(check_version(git, logger, limit));
  GS_TRY_VOID(apply_user_settings(settings, config));
  GS_TRY(auto effective, git::effective_config(git, limit));
  logger.info(0, "git config", {{"configs", std::move(effective)}});
  return GitSetup{std::move(config), std::move(git)};
}

}  // namespace gitsync::app
