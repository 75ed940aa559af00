// SPDX-License-Identifier: Apache-2.0
#include "cli/private_config.h"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "cli/private_folder.h"
#include "util/config_secret.h"
#include "util/files.h"
#include "util/paths.h"
#include "util/text.h"
#include "util/url.h"

namespace gitsync::cli {

using util::Result;

namespace {

// In a folder where all may write the name could have been taken by somebody else.
bool is_ours_alone(const std::string& directory) {
  struct stat info{};
  return ::lstat(directory.c_str(), &info) == 0 && S_ISDIR(info.st_mode) &&
         info.st_uid == ::geteuid() && (info.st_mode & 077) == 0;
}

// git's cache makes the missing folders of its socket itself, and for all to enter.
Result<void> remove_if_of_git(const std::string& directory) {
  struct stat info{};
  const bool of_git = ::lstat(directory.c_str(), &info) == 0 && S_ISDIR(info.st_mode) &&
                      info.st_uid == ::geteuid() && (info.st_mode & 077) != 0;
  return of_git ? util::remove_tree(directory) : Result<void>{};
}

Result<void> write_private(const std::string& path, const std::string& text) {
  auto written = util::write_file_atomic(path, "new.", text, 0600);
  if (!written) written.error().cause = util::Cause::kTemporaryFolder;
  return written;
}

}  // namespace

Result<PrivateConfig> PrivateConfig::create(const std::string& directory) {
  PrivateConfig config;
  sweep_left_behind(directory);
  config.folder_ = directory + "/" + kPrivateFolderPrefix + util::random_suffix();
  config.path_ = config.folder_ + "/gitconfig";
  config.trust_path_ = config.folder_ + "/trust";
  config.socket_ = config.folder_ + kPrivateFolderSocket;
  GS_TRY_VOID(config.make_folders());
  GS_TRY_VOID(config.trust({}));
  const std::string helper = "cache --timeout 3600 --socket " + util::shell_quote(config.socket_);
  config.settings_ = {
      // gc must finish before the pass ends, and really free space.
      {"gc", "", "autodetach", "false"},
      {"gc", "", "pruneexpire", "now"},
      {"credential", "", "helper", helper},
      // The command `true`: never prompt.
      {"core", "", "askpass", "true"},
  };
  GS_TRY_VOID(config.write());
  return config;
}

Result<void> PrivateConfig::make_folders() {
  // git's cache insists on a folder that only we may enter, and makes no parents.
  for (const auto& path : {folder_, util::dir_name(socket_)}) {
    if (is_ours_alone(path)) continue;
    GS_TRY_VOID(remove_if_of_git(path));
    if (::mkdir(path.c_str(), 0700) == 0 || (errno == EEXIST && is_ours_alone(path))) continue;
    util::Error error = util::sys_error("create " + path);
    error.cause = util::Cause::kTemporaryFolder;
    return util::fail(std::move(error));
  }
  if (alive_ && util::exists(folder_ + kPrivateFolderLock)) return {};
  // A file system without locks only keeps the next start from cleaning up after a killed process.
  if (auto lock = util::DirLock::try_acquire(folder_ + kPrivateFolderLock)) {
    alive_ = std::move(*lock);
  }
  return {};
}

Result<void> PrivateConfig::restore() {
  // Also where all files are there: somebody else may have made them.
  GS_TRY_VOID(make_folders());
  missing_.reset();
  if (util::exists(path_) && util::exists(trust_path_)) return {};
  for (const auto& written : {write_trust(), write()}) {
    if (!written) missing_ = written.error();
  }
  return {};
}

ConfigPairs PrivateConfig::settings() const {
  ConfigPairs pairs;
  for (const auto& s : settings_) {
    pairs.emplace_back(s.section + (s.subsection.empty() ? "" : "." + s.subsection) + "." + s.name,
                       s.value);
  }
  return pairs;
}

PrivateConfig::PrivateConfig(PrivateConfig&& other) noexcept
    : settings_(std::move(other.settings_)),
      folder_(std::exchange(other.folder_, {})),
      path_(std::move(other.path_)),
      trust_path_(std::move(other.trust_path_)),
      socket_(std::move(other.socket_)),
      trusted_(std::move(other.trusted_)),
      missing_(std::move(other.missing_)),
      alive_(std::move(other.alive_)) {}

PrivateConfig::~PrivateConfig() {
  // Best effort: what cannot be removed from a temporary folder harms nobody.
  if (!folder_.empty()) {
    [[maybe_unused]] const auto ignored = util::remove_tree(folder_);
  }
}

// Syntax: git-config(1), "Syntax". The include stands first, so that the user's own settings win.
Result<void> PrivateConfig::write() const {
  std::string text = "[include]\n\tpath = " + config_quote(trust_path_) + "\n";
  for (const auto& s : settings_) {
    text += "[" + s.section;
    if (!s.subsection.empty()) {
      text += " \"";
      for (const char c : s.subsection) {
        if (c == '"' || c == '\\') text += '\\';
        text += c;
      }
      text += '"';
    }
    text += "]\n\t" + s.name + " = " + config_quote(s.value) + "\n";
  }
  return write_private(path_, text);
}

Result<void> PrivateConfig::set(const std::string& key, const std::string& value) {
  GS_TRY(auto setting, parse_key(key));
  setting.value = value;
  put(std::move(setting));
  return write();
}

void PrivateConfig::put(Setting setting) {
  for (auto& s : settings_) {
    if (s.section == setting.section && s.subsection == setting.subsection &&
        s.name == setting.name) {
      s.value = std::move(setting.value);
      return;
    }
  }
  settings_.push_back(std::move(setting));
}

Result<PrivateConfig::Setting> PrivateConfig::parse_key(const std::string& key) {
  const auto first = key.find('.');
  const auto last = key.rfind('.');
  if (first == std::string::npos || first == 0) {
    return util::fail(util::ErrorKind::kInvalid, "key does not contain a section: " + key);
  }
  if (last + 1 == key.size()) {
    return util::fail(util::ErrorKind::kInvalid, "key does not contain variable name: " + key);
  }
  Setting setting{.section = util::to_lower(std::string_view(key).substr(0, first)),
                  .name = util::to_lower(std::string_view(key).substr(last + 1))};
  if (last > first) setting.subsection = key.substr(first + 1, last - first - 1);
  const auto legal = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  };
  if (!std::ranges::all_of(setting.section, legal) || !std::ranges::all_of(setting.name, legal) ||
      setting.name[0] < 'a' || setting.subsection.find('\n') != std::string::npos) {
    return util::fail(util::ErrorKind::kInvalid, "invalid key: " + key);
  }
  return setting;
}

Result<void> PrivateConfig::trust(const std::vector<std::string>& directories) {
  if (!directories.empty() && directories == trusted_) return {};
  trusted_ = directories;
  auto written = write_trust();
  if (!written) trusted_.clear();
  return written;
}

Result<void> PrivateConfig::write_trust() const {
  std::string text = "[safe]\n";
  for (const auto& directory : trusted_) {
    text += "\tdirectory = " + config_quote(directory) + "\n";
  }
  return write_private(trust_path_, text);
}

Result<ConfigPairs> effective_config(const Git& git, const util::Limit& limit) {
  // Not in our directory, which may be a repository that others write.
  GS_TRY(const auto output, git.run({"config", "--list", "-z"}, "/", limit,
                                    {.output_limit = std::size_t{1} << 20,
                                     .standard_output = StandardOutput::kSecret}));
  ConfigPairs settings;
  // Each entry: key LF value NUL; a key without a value has no LF.
  for (const auto& entry : util::split(output, '\0')) {
    if (entry.empty()) continue;
    const auto line = entry.find('\n');
    settings.emplace_back(entry.substr(0, line),
                          line == std::string::npos ? "true" : entry.substr(line + 1));
  }
  return settings;
}

std::map<std::string, std::string> redacted(const ConfigPairs& settings) {
  std::map<std::string, std::string> config;
  for (const auto& [key, value] : settings) {
    config[util::redact_urls_in(key)] = util::redact_setting(key, value);
  }
  return config;
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

}  // namespace gitsync::cli
