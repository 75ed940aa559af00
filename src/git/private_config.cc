// SPDX-License-Identifier: Apache-2.0
#include "git/private_config.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cctype>

#include "util/files.h"
#include "util/text.h"
#include "util/url.h"

namespace gitsync::git {

using util::Result;

Result<PrivateConfig> PrivateConfig::create(const std::string& directory) {
  PrivateConfig config;
  const std::string suffix = util::random_suffix();
  config.trust_path_ = directory + "/git-sync.trust." + suffix;
  config.cache_directory_ = directory + "/git-sync.cache." + suffix;
  config.socket_ = config.cache_directory_ + "/socket";
  if (::mkdir(config.cache_directory_.c_str(), 0700) != 0) {
    util::Error error = util::sys_error("create " + config.cache_directory_);
    error.hint = "a writable temporary directory is needed: mount one at /tmp, or set TMPDIR";
    config.cache_directory_.clear();
    return util::fail(std::move(error));
  }
  config.path_ = directory + "/git-sync.gitconfig." + suffix;
  GS_TRY_VOID(config.trust({}));
  GS_TRY_VOID(config.write_defaults());
  return config;
}

PrivateConfig::PrivateConfig(PrivateConfig&& other) noexcept
    : path_(std::exchange(other.path_, {})),
      trust_path_(std::exchange(other.trust_path_, {})),
      cache_directory_(std::exchange(other.cache_directory_, {})),
      socket_(std::exchange(other.socket_, {})),
      trusted_(std::exchange(other.trusted_, {})) {}

PrivateConfig::~PrivateConfig() {
  if (!path_.empty()) ::unlink(path_.c_str());
  if (!trust_path_.empty()) ::unlink(trust_path_.c_str());
  // Best effort: what cannot be removed from a temporary folder harms nobody.
  if (!cache_directory_.empty()) {
    [[maybe_unused]] const auto ignored = util::remove_tree(cache_directory_);
  }
}

Result<void> PrivateConfig::write_defaults() const {
  const std::string helper =
      "cache --timeout 3600 --socket " + util::shell_quote(socket_);
  const std::string text =
      "[include]\n\tpath = " + config_quote(trust_path_) +
      // gc must finish before the pass ends, and really free space.
      "\n[gc]\n\tautoDetach = false\n\tpruneExpire = now\n"
      "[credential]\n\thelper = " + config_quote(helper) +
      // The command `true`: never prompt.
      "\n[core]\n\taskPass = true\n";
  return util::write_file_atomic(path_, "git-sync.new.", text, 0600);
}

Result<void> PrivateConfig::trust(const std::vector<std::string>& directories) {
  if (!directories.empty() && directories == trusted_) return {};
  std::string text = "[safe]\n";
  for (const auto& directory : directories) {
    text += "\tdirectory = " + config_quote(directory) + "\n";
  }
  GS_TRY_VOID(util::write_file_atomic(trust_path_, "git-sync.new.", text, 0600));
  trusted_ = directories;
  return {};
}

Result<void> apply_settings(const Git& git,
                            const std::vector<std::pair<std::string, std::string>>& pairs,
                            const util::Limit& limit) {
  for (const auto& [key, value] : pairs) {
    if (key.starts_with('-')) {
      return util::fail(util::ErrorKind::kInvalid,
                        "git configuration key " + key + " does not contain a section");
    }
    // A value beginning with a dash would be read as an option.
    GS_TRY([[maybe_unused]] const auto out,
           git.run({"config", "--global", "--end-of-options", key, value}, "", limit));
  }
  return {};
}

namespace {

// Headers, and values that may carry a token, are shown only by their presence.
std::string redacted(std::string_view key, std::string_view value) {
  std::string lower;
  for (const char c : key) lower += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  for (const std::string_view secret : {"extraheader", "password", "token", "secret"}) {
    if (lower.ends_with(secret)) return "REDACTED";
  }
  return util::redact_urls_in(value);
}

}  // namespace

Result<std::map<std::string, std::string>> effective_config(const Git& git,
                                                            const util::Limit& limit) {
  GS_TRY(const auto output,
         git.run({"config", "--list", "-z"}, "", limit, {.output_limit = std::size_t{1} << 20}));
  std::map<std::string, std::string> config;
  // Each entry: key LF value NUL; a key without a value has no LF.
  for (const auto& entry : util::split(output, '\0')) {
    if (entry.empty()) continue;
    const auto line = entry.find('\n');
    const std::string key = entry.substr(0, line);
    config[util::redact_urls_in(key)] =
        line == std::string::npos ? "" : redacted(key, std::string_view(entry).substr(line + 1));
  }
  return config;
}

void stop_credential_cache(const Git& git, const std::string& socket) {
  if (!util::exists(socket)) return;
  // Not bound to the stop event, which is set when this runs. A cache that does not answer ends
  // by its own time limit.
  const util::Limit limit{.deadline = util::SteadyClock::now() + std::chrono::milliseconds(400)};
  [[maybe_unused]] const auto ignored =
      git.ask({"credential-cache", "exit", "--socket", socket}, "", limit);
}

std::string config_quote(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    switch (c) {
      case '\n':
        quoted += "\\n";
        break;
      case '\t':
        quoted += "\\t";
        break;
      case '"':
      case '\\':
        quoted += '\\';
        [[fallthrough]];
      default:
        quoted += c;
    }
  }
  return quoted + "\"";
}

}  // namespace gitsync::git
