// SPDX-License-Identifier: Apache-2.0
#include "git/effective_config.h"

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <utility>

#include "git/config_truth.h"
#include "git/not_understood.h"
#include "util/files.h"
#include "util/paths.h"
#include "util/quote.h"
#include "util/text.h"

namespace gitsync::git {
namespace {

using util::Result;

using Entries = std::vector<ConfigEntry>;

constexpr std::size_t kLargestFile = std::size_t{1} << 20;
// A few files that include each other often enough would be read for ever.
constexpr int kMostFiles = 100;
constexpr int kDeepestInclude = 10;  // git's own

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_legal(char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-'; }

class Collector {
 public:
  explicit Collector(const ConfigPlaces& places) : places_(places) {}

  Result<Entries> collect() {
    for (const auto& layer : places_.layers) {
      GS_TRY_VOID(layer.file.empty() ? add_given(layer.entries) : add_optional(layer.file));
    }
    GS_TRY_VOID(add_repository());
    GS_TRY_VOID(add_given(places_.command));
    return std::move(all_);
  }

 private:
  // Nothing if there is no such file.
  Result<std::optional<Entries>> parse(const std::string& path) {
    auto text = util::read_file(path, kLargestFile);
    if (!text && (text.error().sys_errno == ENOENT || text.error().sys_errno == ENOTDIR)) {
      return std::nullopt;
    }
    if (!text) return not_understood("git configuration: " + text.error().message);
    auto entries = parse_config_file(*text);
    if (!entries) return not_understood(path + ": " + entries.error().message);
    if (++files_ > kMostFiles) return not_understood("too many git configuration files");
    return std::move(*entries);
  }

  Result<void> add_optional(const std::string& path, int depth = 0) {
    GS_TRY(const auto entries, parse(path));
    return entries ? add(*entries, util::dir_name(path), depth) : Result<void>{};
  }

  // git reads extensions before it follows includes.
  Result<void> add_repository() {
    if (places_.common_dir.empty()) return {};
    const std::string path = places_.common_dir + "/config";
    GS_TRY(const auto entries, parse(path));
    if (!entries) return {};
    GS_TRY_VOID(add(*entries, places_.common_dir, 0));
    GS_TRY(const bool has_worktree_file, is_per_worktree(*entries));
    return has_worktree_file ? add_optional(places_.git_dir + "/config.worktree") : Result<void>{};
  }

  static Result<bool> is_per_worktree(const Entries& entries) {
    bool answer = false;
    for (const auto& [key, value] : entries) {
      if (key != "extensions.worktreeconfig") continue;
      const auto truth = config_truth(value);
      if (!truth) return not_understood(key);
      answer = *truth;
    }
    return answer;
  }

  Result<void> add_given(const Entries& entries) {
    Entries canonical;
    for (const auto& [key, value] : entries) {
      auto known = canonical_config_key(key);
      if (!known) return not_understood("git configuration: key " + util::quoted(key));
      canonical.push_back({.key = std::move(*known), .value = value});
    }
    return add(canonical, "", 0);
  }

  // `directory`: of the file that they are from; empty if they are from none.
  Result<void> add(const Entries& entries, const std::string& directory, int depth) {
    for (const auto& entry : entries) {
      if (entry.key.starts_with("includeif.")) return not_understood(util::escaped(entry.key));
      all_.push_back(entry);
      if (entry.key != "include.path") continue;
      if (depth == kDeepestInclude) return not_understood("include.path is nested too deeply");
      GS_TRY(const auto path, included(entry, directory));
      GS_TRY_VOID(add_optional(path, depth + 1));
    }
    return {};
  }

  Result<std::string> included(const ConfigEntry& entry, const std::string& directory) const {
    std::string path = entry.value.value_or("");
    if (path.starts_with('/')) return path;
    if (path.starts_with("~/") && places_.home) return *places_.home + path.substr(1);
    const bool plain = !path.empty() && !path.starts_with('~') && !path.starts_with("%(");
    if (plain && !directory.empty()) return directory + '/' + path;
    return not_understood("include.path " + util::quoted(path));
  }

  const ConfigPlaces& places_;
  Entries all_;
  int files_ = 0;
};

}  // namespace

Result<Entries> effective_config(const ConfigPlaces& places) { return Collector(places).collect(); }

std::optional<std::string> canonical_config_key(std::string_view key) {
  if (!key.contains('.')) return std::nullopt;
  const auto parts = split_config_key(key);
  if (parts.section.empty() || !std::ranges::all_of(parts.section, is_legal)) return std::nullopt;
  if (parts.name.empty() || !is_letter(parts.name[0]) ||
      !std::ranges::all_of(parts.name, is_legal) || parts.subsection.contains('\n')) {
    return std::nullopt;
  }
  std::string known(key);
  const auto name_at = key.size() - parts.name.size();
  known.replace(0, parts.section.size(), util::to_lower(parts.section));
  known.replace(name_at, parts.name.size(), util::to_lower(parts.name));
  return known;
}

}  // namespace gitsync::git
