// SPDX-License-Identifier: Apache-2.0
#include "cli/config_rules.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <span>

#include "cli/git_defaults.h"

namespace gitsync::cli {
namespace {

using Names = std::span<const std::string_view>;

// With "*" for any subsection. What git and we write into the configuration of a repository, of its
// worktrees and of its submodules; git-lfs, where the user has it run, adds the last three. git
// itself ignores safe.* there.
constexpr std::array<std::string_view, 29> kBelieved{"core.repositoryformatversion",
                                                     "core.filemode",
                                                     "core.bare",
                                                     "core.logallrefupdates",
                                                     "core.symlinks",
                                                     "core.ignorecase",
                                                     "core.precomposeunicode",
                                                     "core.sparsecheckout",
                                                     "core.sparsecheckoutcone",
                                                     "core.trustctime",
                                                     "index.sparse",
                                                     "extensions.worktreeconfig",
                                                     "extensions.objectformat",
                                                     "extensions.refstorage",
                                                     "extensions.relativeworktrees",
                                                     "extensions.partialclone",
                                                     "remote.*.url",
                                                     "remote.*.fetch",
                                                     "remote.*.promisor",
                                                     "remote.*.partialclonefilter",
                                                     "branch.*.remote",
                                                     "branch.*.merge",
                                                     "branch.*.rebase",
                                                     "submodule.*.url",
                                                     "submodule.*.active",
                                                     "safe.directory",
                                                     "lfs.repositoryformatversion",
                                                     "lfs.*.access",
                                                     "lfs.*.locksverify"};

// All values count, or the first one does, or the section decides what is read at all.
constexpr std::array<std::string_view, 10> kRefused{
    "core.worktree",        "core.gitproxy",       "remote.*.vcs",
    "remote.*.uploadpack",  "remote.*.proxy",      "remote.*.proxyauthmethod",
    "gc.recentobjectshook", "credential.username", "credential.*.username",
    "fetch.bundleuri"};
constexpr std::array<std::string_view, 9> kRefusedSections{
    "include", "includeif", "extensions", "url", "http", "protocol", "bundle", "hook", "fsck"};

// Words that `git submodule init` copies from .gitmodules; others may be commands.
constexpr std::array<std::string_view, 4> kSubmoduleUpdates{"checkout", "rebase", "merge", "none"};

bool is_in(std::string_view word, Names names) {
  return std::ranges::find(names, word) != names.end();
}

std::string with_any_subsection(const git::ConfigKey& key) {
  return std::string(key.section) + (key.subsection.empty() ? "." : ".*.") + std::string(key.name);
}

bool says(const ConfigPairs& own, std::string_view key) {
  return std::ranges::any_of(own, [&](const auto& pair) { return pair.first == key; });
}

// git takes the parts of a filter from wherever each stands; an empty one would disable the rest.
bool mixes_into_a_filter(const git::ConfigKey& key, const ConfigPairs& own) {
  if (key.section != "filter") return false;
  const std::string prefix = "filter." + std::string(key.subsection) + ".";
  return std::ranges::any_of(own, [&](const auto& pair) { return pair.first.starts_with(prefix); });
}

// An empty helper forgets all that stand before it, those for one address too.
ConfigPairs helpers_of(const ConfigPairs& own) {
  ConfigPairs pairs{{"credential.helper", ""}};
  std::ranges::copy_if(own, std::back_inserter(pairs),
                       [](const auto& pair) { return pair.first.starts_with("credential."); });
  return pairs;
}

}  // namespace

Verdict judge_setting(const git::ConfigEntry& entry, const ConfigPairs& own) {
  const auto key = git::split_config_key(entry.key);
  const std::string general = with_any_subsection(key);
  if (is_in(general, kBelieved)) return Verdict::kBelieved;
  if (entry.value && std::ranges::find(own, std::pair(entry.key, *entry.value)) != own.end()) {
    return Verdict::kBelieved;
  }
  if (general == "submodule.*.update" && entry.value && is_in(*entry.value, kSubmoduleUpdates)) {
    return Verdict::kBelieved;
  }
  if (is_in(general, kRefused) || is_in(key.section, kRefusedSections)) return Verdict::kRefused;
  if (key.section == "fetch" && !key.subsection.empty()) return Verdict::kRefused;  // fetch.fsck.*
  if (!says(own, entry.key) && mixes_into_a_filter(key, own)) return Verdict::kRefused;
  return Verdict::kOverridden;
}

ConfigPairs neutral_settings(std::string_view key, const ConfigPairs& own) {
  const auto parts = git::split_config_key(key);
  ConfigPairs pairs;
  if (parts.section == "credential") pairs = helpers_of(own);
  if (says(own, key)) {
    std::ranges::copy_if(own, std::back_inserter(pairs),
                         [&](const auto& pair) { return pair.first == key; });
    return pairs;
  }
  if (parts.section == "credential" && parts.name == "helper") return pairs;
  pairs.emplace_back(key, git_default(with_any_subsection(parts)));
  return pairs;
}

ConfigPairs constant_settings(const ConfigPairs& own) {
  ConfigPairs pairs;
  for (const std::string_view key : {"core.fsmonitor", "core.hookspath"}) {
    for (auto& pair : neutral_settings(key, own)) pairs.push_back(std::move(pair));
  }
  return pairs;
}

}  // namespace gitsync::cli
