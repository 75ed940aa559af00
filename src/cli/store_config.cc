// SPDX-License-Identifier: Apache-2.0
#include "cli/store_config.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <set>
#include <utility>

#include "cli/config_rules.h"
#include "util/files.h"
#include "util/paths.h"
#include "util/url.h"

namespace gitsync::cli {
namespace {

// Of one file. git writes a few lines for each submodule.
constexpr std::size_t kLargestFile = std::size_t{1} << 20;
// Of all keys to override: they go into the environment of every git.
constexpr std::size_t kMostOverrides = 500;
constexpr std::size_t kLongestKeys = std::size_t{32} << 10;

using Entries = std::vector<git::ConfigEntry>;

bool has(const Entries& entries, std::string_view key) {
  return std::ranges::any_of(entries, [&](const auto& entry) { return entry.key == key; });
}

// A missing object is asked of these remotes, wherever their addresses lead. git makes them for
// the address that it fetches from, without a second one, and for a submodule's "origin".
std::string complain_of_remotes(const Entries& entries) {
  int origins = 0;
  for (const auto& [key, value] : entries) {
    const auto parts = git::split_config_key(key);
    if (key == "remote.origin.url" && ++origins > 1) return key + " has two values";
    std::string name;
    if (key == "extensions.partialclone") {
      name = value.value_or("");
    } else if (parts.section == "remote" &&
               (parts.name == "promisor" || parts.name == "partialclonefilter")) {
      name = parts.subsection;
    }
    if (name.empty() || name == "origin" || !has(entries, "remote." + name + ".url")) continue;
    return "remote." + name + ".url leads elsewhere";
  }
  return "";
}

// git writes it for submodules alone, and relative.
bool is_own_worktree(const git::ConfigEntry& entry, const GitDir& dir, const std::string& trees) {
  return entry.key == "core.worktree" && dir.kind == GitDir::Kind::kSubmodule && entry.value &&
         util::is_within(trees, util::absolute_path(dir.path, *entry.value));
}

}  // namespace

std::optional<util::FileStamp> StoreConfig::stamp_of(const std::string& path) {
  struct stat info{};
  if (::lstat(path.c_str(), &info) != 0) return std::nullopt;
  return util::FileStamp::of(info);
}

StoreConfig::File StoreConfig::examine(const std::string& path, const GitDir& dir,
                                       const std::string& trees) const {
  File file;
  const auto text = util::read_file(path, kLargestFile);
  if (!text) return {.stamp = {}, .overridden = {}, .refused = text.error().message};
  const auto entries = git::parse_config_file(*text);
  if (!entries) return {.stamp = {}, .overridden = {}, .refused = entries.error().message};
  file.refused = complain_of_remotes(*entries);
  for (const auto& entry : *entries) {
    const auto verdict = judge_setting(entry, own_);
    if (verdict == Verdict::kOverridden) file.overridden.push_back(entry.key);
    if (verdict == Verdict::kRefused && !is_own_worktree(entry, dir, trees)) {
      file.refused = entry.key + " is not ours";
    }
  }
  return file;
}

StoreConfigFindings StoreConfig::read(const std::vector<GitDir>& dirs, const std::string& trees) {
  std::map<std::string, File> files;
  std::set<std::string> keys;
  StoreConfigFindings findings;
  for (const auto& dir : dirs) {
    for (const std::string name : {"/config", "/config.worktree"}) {
      const std::string path = dir.path + name;
      const auto stamp = stamp_of(path);
      if (!stamp) continue;
      const auto known = known_.find(path);
      File file = known != known_.end() && known->second.stamp == *stamp
                      ? std::move(known->second)
                      : examine(path, dir, trees);
      file.stamp = *stamp;
      if (!file.refused.empty())
        findings.refused = path + ": " + util::redact_urls_in(file.refused);
      keys.insert(file.overridden.begin(), file.overridden.end());
      files.emplace(path, std::move(file));
    }
  }
  known_ = std::move(files);
  std::size_t length = 0;
  for (const auto& key : keys) {
    length += key.size();
    for (auto& pair : neutral_settings(key, own_)) findings.overrides.push_back(std::move(pair));
  }
  if (keys.size() > kMostOverrides || length > kLongestKeys) {
    return {.overrides = {}, .ignored = {}, .refused = "too many settings that are not ours"};
  }
  findings.ignored.assign(keys.begin(), keys.end());
  return findings;
}

}  // namespace gitsync::cli
