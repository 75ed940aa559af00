// SPDX-License-Identifier: Apache-2.0
#include "cli/config_places.h"

#include <string>
#include <utility>
#include <vector>

#include "git/config_truth.h"
#include "git/not_understood.h"

namespace gitsync::cli {
namespace {

using git::ConfigLayer;
using util::Environment;
using util::Result;

constexpr const char* kSystemFile = "/etc/gitconfig";

std::vector<git::ConfigEntry> entries_of(const ConfigPairs& pairs) {
  std::vector<git::ConfigEntry> entries;
  for (const auto& [key, value] : pairs) entries.push_back({.key = key, .value = value});
  return entries;
}

// An empty name is no file, and not the same as none that is said.
void add_file(std::vector<ConfigLayer>& layers, std::string path) {
  if (!path.empty()) layers.push_back({.file = std::move(path)});
}

Result<void> add_system(std::vector<ConfigLayer>& layers, const Environment& environment) {
  const auto without = git::config_truth(environment.get_or("GIT_CONFIG_NOSYSTEM", "false"));
  if (!without) return git::not_understood("GIT_CONFIG_NOSYSTEM");
  if (!*without) add_file(layers, environment.get_or("GIT_CONFIG_SYSTEM", kSystemFile));
  return {};
}

void add_global(std::vector<ConfigLayer>& layers, const Environment& environment) {
  if (const auto named = environment.get("GIT_CONFIG_GLOBAL")) {
    add_file(layers, *named);
    return;
  }
  const auto home = environment.get("HOME");
  if (const auto folder = environment.get_or("XDG_CONFIG_HOME", ""); !folder.empty()) {
    add_file(layers, folder + "/git/config");
  } else if (home) {
    add_file(layers, *home + "/.config/git/config");
  }
  if (home) add_file(layers, *home + "/.gitconfig");
}

}  // namespace

Result<git::ConfigPlaces> config_places(const Environment& environment,
                                        const std::optional<ConfigPairs>& own) {
  if (!environment.get_or("GIT_CONFIG_PARAMETERS", "").empty()) {
    return git::not_understood("GIT_CONFIG_PARAMETERS");
  }
  const auto command = command_scope(environment);
  if (!command) return git::not_understood("GIT_CONFIG_COUNT");
  git::ConfigPlaces places{.command = entries_of(*command), .home = environment.get("HOME")};
  if (own) {
    places.layers.push_back({.entries = entries_of(*own)});
    return places;
  }
  GS_TRY_VOID(add_system(places.layers, environment));
  add_global(places.layers, environment);
  // They would start where git is run, which nobody here knows.
  for (const auto& layer : places.layers) {
    if (!layer.file.starts_with('/')) return git::not_understood("a relative path: " + layer.file);
  }
  return places;
}

ConfigPairs config_pairs(const std::vector<git::ConfigEntry>& entries) {
  ConfigPairs pairs;
  for (const auto& [key, value] : entries) pairs.emplace_back(key, value.value_or("true"));
  return pairs;
}

}  // namespace gitsync::cli
