// SPDX-License-Identifier: Apache-2.0
#include "source/native_rules.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <map>
#include <optional>
#include <utility>

#include "git/attributes.h"
#include "git/config_truth.h"
#include "git/not_understood.h"
#include "source/native_rule_table.h"
#include "util/files.h"
#include "util/text.h"
#include "util/url.h"

namespace gitsync::source {
namespace {

using git::ConfigEntry;
using util::Result;

using Entries = std::vector<ConfigEntry>;

constexpr const char* kSystemAttributes = "/etc/gitattributes";
constexpr std::size_t kMostAttributes = std::size_t{1} << 20;

// Addresses in keys may hold passwords.
std::unexpected<util::Error> only_git_knows(std::string_view name) {
  return git::not_understood("git's setting " + util::redact_urls_in(name));
}

// Each key with its last value, the one that counts, in the order of those.
std::vector<const ConfigEntry*> last_values(const Entries& entries) {
  std::map<std::string_view, const ConfigEntry*> last;
  for (const auto& entry : entries) last[entry.key] = &entry;
  std::vector<const ConfigEntry*> list;
  for (const auto& entry : entries) {
    if (last[entry.key] == &entry) list.push_back(&entry);
  }
  return list;
}

const std::optional<std::string>* last_value(const Entries& entries, std::string_view key) {
  const auto found = std::ranges::find(entries.rbegin(), entries.rend(), key, &ConfigEntry::key);
  return found == entries.rend() ? nullptr : &found->value;
}

std::string default_policy(std::string_view protocol) {
  constexpr std::array<std::string_view, 4> kSafe{"http", "https", "git", "ssh"};
  if (std::ranges::find(kSafe, protocol) != kSafe.end()) return "always";
  return protocol == "ext" ? "never" : "user";
}

// An empty one forgets those before it.
Result<void> check_helpers(const NativeInputs& inputs) {
  std::vector<std::string> helpers;
  for (const auto& [key, value] : inputs.settings) {
    if (key != "credential.helper") continue;
    if (value && value->empty()) helpers.clear();
    if (!value || !value->empty()) helpers.push_back(value.value_or(""));
  }
  const bool ours = std::ranges::all_of(
      helpers, [&](const std::string& helper) { return helper == inputs.own_helper; });
  // Without ours git would ask nobody for the credentials that we have.
  if (ours && helpers.empty() == inputs.own_helper.empty()) return {};
  return only_git_knows("credential.helper");
}

}  // namespace

Result<void> check_settings(NativeStep step, const NativeInputs& inputs) {
  for (const ConfigEntry* const entry : last_values(inputs.settings)) {
    if (!is_harmless_setting(step, entry->key, entry->value)) return only_git_knows(entry->key);
  }
  for (const auto& [name, value] : inputs.environment.variables()) {
    if (!is_harmless_variable(step, name, value)) return git::not_understood(name);
  }
  return step == NativeStep::kResolveByHttp ? check_helpers(inputs) : Result<void>{};
}

Result<void> check_protocol(std::string_view protocol, const NativeInputs& inputs) {
  if (const auto list = inputs.environment.get("GIT_ALLOW_PROTOCOL")) {
    const auto allowed = util::split(*list, ':');
    if (std::ranges::find(allowed, protocol) != allowed.end()) return {};
    return git::not_understood("GIT_ALLOW_PROTOCOL");
  }
  const std::string own = "protocol." + std::string(protocol) + ".allow";
  std::string policy = default_policy(protocol);
  for (const std::string& key : {std::string("protocol.allow"), own}) {
    if (const auto* const value = last_value(inputs.settings, key)) {
      policy = util::to_lower(value->value_or(""));
    }
  }
  if (policy == "always") return {};
  // What is forbidden, and what git does not know, it says itself.
  if (policy != "user") return only_git_knows("protocol.allow");
  const auto by_user =
      git::config_truth(inputs.environment.get("GIT_PROTOCOL_FROM_USER").value_or("true"));
  if (by_user == true) return {};
  return git::not_understood("GIT_PROTOCOL_FROM_USER");
}

Result<void> check_user_attributes(const util::Environment& environment) {
  std::vector<std::string> files;
  const auto without = git::config_truth(environment.get_or("GIT_ATTR_NOSYSTEM", "false"));
  if (!without) return git::not_understood("GIT_ATTR_NOSYSTEM");
  if (!*without) files.emplace_back(kSystemAttributes);
  if (const auto folder = environment.get_or("XDG_CONFIG_HOME", ""); !folder.empty()) {
    files.push_back(folder + "/git/attributes");
  } else if (const auto home = environment.get("HOME")) {
    files.push_back(*home + "/.config/git/attributes");
  }
  for (const auto& file : files) {
    const auto text = util::read_file(file, kMostAttributes);
    if (!text && (text.error().sys_errno == ENOENT || text.error().sys_errno == ENOTDIR)) continue;
    if (!text) return git::not_understood(text.error().message);
    GS_TRY_VOID(git::check_attributes(*text, file));
  }
  return {};
}

std::string rewrite_url(std::string_view url, const Entries& settings) {
  // In the order in which the bases come first; of equally long ones the first one counts.
  std::vector<std::pair<std::string_view, std::vector<std::string_view>>> rules;
  for (const auto& [key, value] : settings) {
    if (!key.starts_with("url.") || !key.ends_with(".insteadof") || !value) continue;
    if (key.size() < std::string_view("url..insteadof").size()) continue;
    const auto base = git::split_config_key(key).subsection;
    auto rule = std::ranges::find(rules, base, &decltype(rules)::value_type::first);
    if (rule == rules.end()) rule = rules.insert(rule, {base, {}});
    rule->second.push_back(*value);
  }
  std::optional<std::string_view> best;
  std::string_view replacement;
  for (const auto& [base, prefixes] : rules) {
    for (const auto prefix : prefixes) {
      if (!url.starts_with(prefix) || (best && prefix.size() <= best->size())) continue;
      best = prefix;
      replacement = base;
    }
  }
  if (!best) return std::string(url);
  return std::string(replacement) + std::string(url.substr(best->size()));
}

}  // namespace gitsync::source
