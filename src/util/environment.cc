// SPDX-License-Identifier: Apache-2.0
#include "util/environment.h"

namespace gitsync::util {

Environment Environment::from(const char* const* entries) {
  Environment result;
  for (; entries != nullptr && *entries != nullptr; ++entries) {
    const std::string_view entry(*entries);
    const auto equals = entry.find('=');
    if (equals == std::string_view::npos || equals == 0) continue;
    result.variables_.emplace(entry.substr(0, equals), entry.substr(equals + 1));
  }
  return result;
}

void Environment::set(std::string name, std::string value) {
  variables_.insert_or_assign(std::move(name), std::move(value));
}

void Environment::unset(std::string_view name) {
  if (const auto it = variables_.find(name); it != variables_.end()) variables_.erase(it);
}

std::optional<std::string> Environment::get(std::string_view name) const {
  const auto it = variables_.find(name);
  if (it == variables_.end()) return std::nullopt;
  return it->second;
}

std::string Environment::get_or(std::string_view name, std::string_view fallback) const {
  return get(name).value_or(std::string(fallback));
}

std::vector<std::string> Environment::entries() const {
  std::vector<std::string> result;
  result.reserve(variables_.size());
  for (const auto& [name, value] : variables_) {
    result.emplace_back(name).append("=").append(value);
  }
  return result;
}

}  // namespace gitsync::util
