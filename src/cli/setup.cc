// SPDX-License-Identifier: Apache-2.0
#include "cli/setup.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <iterator>
#include <optional>
#include <ranges>

#include "util/files.h"
#include "util/paths.h"
#include "util/spawn.h"
#include "util/text.h"

namespace gitsync::cli {
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

// The last values first: each is taken out where it was added.
ConfigPairs without(ConfigPairs all, const std::optional<ConfigPairs>& added) {
  if (!added) return all;
  for (const auto& pair : *added | std::views::reverse) {
    const auto found = std::ranges::find(all.rbegin(), all.rend(), pair);
    if (found != all.rend()) all.erase(std::next(found).base());
  }
  return all;
}

Result<void> apply_user_settings(const SetupOptions& options, PrivateConfig& config) {
  if (options.cookie_file) {
    if (!util::exists(kCookieFile)) {
      return util::fail(ErrorKind::kNotFound,
                        std::string("--cookie-file is set but there is no ") + kCookieFile);
    }
    GS_TRY_VOID(config.set("http.cookiefile", kCookieFile));
  }
  for (const auto& [key, value] : options.settings) {
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

const std::vector<std::string>& secret_variables() {
  static const std::vector<std::string> kNames = [] {
    std::vector<std::string> names{"GIT_ASKPASS_URL"};
    for (const std::string prefix : {"GITSYNC_", "GIT_SYNC_"}) {
      for (const std::string name :
           {"REPO", "USERNAME", "PASSWORD", "CREDENTIAL", "ASKPASS_URL", "GITHUB_BASE_URL",
            "GITHUB_APP_PRIVATE_KEY", "WEBHOOK_URL", "GIT_CONFIG"}) {
        names.push_back(prefix + name);
      }
    }
    return names;
  }();
  return kNames;
}

std::string ssh_command_of(const SetupOptions& options, std::vector<std::string> key_files) {
  SshOptions ssh = options.ssh;
  ssh.inherited = options.environment.get_or("GIT_SSH_COMMAND", "");
  ssh.key_files = std::move(key_files);
  return ssh_command(ssh);
}

Result<void> check_git(const std::string& name) {
  auto found = util::find_program(name);
  if (found && ::access(found->c_str(), X_OK) != 0) found = util::fail(util::sys_error(*found));
  if (found) return {};
  auto error = std::move(found).error().with_context("git executable " + name);
  error.cause = util::Cause::kGitMissing;
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

namespace {

// What git and the hooks see, but for what names our private files.
Environment git_environment(const SetupOptions& options, const PrivateConfig& config) {
  Environment environment = options.environment;
  for (const auto name : kRepositoryVariables) environment.unset(name);
  environment.set("GIT_CONFIG_GLOBAL", config.path());
  environment.set("GIT_CONFIG_NOSYSTEM", "true");
  environment.set("GIT_SSH_COMMAND", ssh_command_of(options, options.ssh.key_files));
  return environment;
}

}  // namespace

std::string temporary_directory(const SetupOptions& options) {
  const std::string named = options.environment.get_or("TMPDIR", "");
  return named.empty() ? "/tmp" : util::absolute_path(options.working_directory, named);
}

Result<Setup> set_up(const SetupOptions& options, util::ProcessRunner& runner,
                     const log::Logger& logger) {
  GS_TRY(auto config, PrivateConfig::create(temporary_directory(options)));
  logger.info(2, "private git configuration", {{"path", config.path()}});
  auto environment = git_environment(options, config);
  logger.info(1, "setting up ssh access",
              {{"keys", options.ssh.key_files},
               {"knownHosts", options.ssh.known_hosts ? options.ssh.known_hosts_file : ""}});
  logger.info(9, "setting environment",
              {{"GIT_SSH_COMMAND", environment.get_or("GIT_SSH_COMMAND", "")}});
  Git git({.executable = executable_path(options.executable, options.working_directory),
           .environment = std::move(environment),
           .withheld = secret_variables()},
          runner, logger);
  GS_TRY_VOID(apply_user_settings(options, config));
  auto own = config.settings();
  return Setup{.config = std::move(config), .git = std::move(git), .own = std::move(own)};
}

bool includes_files(const ConfigPairs& own) {
  return std::ranges::any_of(own, [](const auto& setting) {
    return setting.first.starts_with("include.") || setting.first.starts_with("includeif.");
  });
}

Result<void> check_version(const Git& git, const util::Event& stop, const log::Logger& logger) {
  auto answer = git.run({"version"}, "", util::Limit{.stop = &stop}.within(kStartupLimit));
  if (!answer) {
    answer.error().cause = util::Cause::kGitNotRunnable;
    return util::fail(std::move(answer).error());
  }
  const std::string version = *std::move(answer);
  logger.info(0, "git version", {{"version", version}});
  if (is_supported_git(version)) return {};
  return util::fail(ErrorKind::kLocal, version + " is too old: git 2.32 or newer is needed");
}

Result<ConfigPairs> ask_for_config(const Git& git, const util::Event& stop,
                                   const log::Logger& logger) {
  GS_TRY(auto effective, effective_config(git, util::Limit{.stop = &stop}.within(kStartupLimit)));
  logger.info(0, "git config", {{"configs", redacted(effective)}});
  return without(std::move(effective), command_scope(git.environment()));
}

void log_config(const Setup& setup, const log::Logger& logger) {
  auto all = setup.own;
  const auto added = command_scope(setup.git.environment()).value_or(ConfigPairs{});
  all.insert(all.end(), added.begin(), added.end());
  logger.info(0, "git config", {{"configs", redacted(all)}});
}

}  // namespace gitsync::cli
