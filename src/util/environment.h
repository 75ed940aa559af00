// SPDX-License-Identifier: Apache-2.0
// A process environment as a value, so that what children see never depends on hidden state.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gitsync::util {

// Thread-safety: a value; share const copies.
class Environment {
 public:
  Environment() = default;
  // From a null-terminated array of NAME=value, such as environ(7). Of duplicates the first counts,
  // as for getenv(3) and the reference, and children see no other; entries without '=' are dropped.
  static Environment from(const char* const* entries);

  void set(std::string name, std::string value);
  void unset(std::string_view name);
  std::optional<std::string> get(std::string_view name) const;
  std::string get_or(std::string_view name, std::string_view fallback) const;
  // NAME=value strings, sorted by name.
  std::vector<std::string> entries() const;
  const std::map<std::string, std::string, std::less<>>& variables() const { return variables_; }

 private:
  std::map<std::string, std::string, std::less<>> variables_;
};

}  // namespace gitsync::util
