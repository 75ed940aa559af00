// SPDX-License-Identifier: Apache-2.0
// Calls configure() as the program does, with arguments and variables written in place.

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "config/config.h"

namespace gitsync::config::test {

using Words = std::vector<std::string>;
using Variables = std::vector<std::pair<std::string, std::string>>;

inline Outcome configure_with(const Words& words, const Variables& variables = {}) {
  util::Environment environment;
  for (const auto& [name, value] : variables) environment.set(name, value);
  std::vector<const char*> args;
  for (const std::string& word : words) args.push_back(word.c_str());
  return configure({.args = args,
                    .environment = environment,
                    .cwd = "/work/dir",
                    .program = "/usr/bin/git-sync",
                    .version = "1.2.3"});
}

// With the two required settings.
inline Outcome run_with(Words words, const Variables& variables = {}) {
  words.insert(words.begin(), {"--repo=https://host.example/org/repo.git", "--root=/git"});
  return configure_with(words, variables);
}

inline bool runs(const Outcome& outcome) { return outcome.kind == Outcome::Kind::kRun; }

// The first line that is not about a deprecation.
inline std::string complaint(const Outcome& outcome) {
  std::size_t begin = 0;
  while (begin < outcome.err.size()) {
    const std::size_t end = outcome.err.find('\n', begin);
    const std::string line = outcome.err.substr(begin, end - begin);
    if (line.find("deprecated") == std::string::npos && !line.starts_with("env $")) return line;
    begin = end + 1;
  }
  return "";
}

inline bool has_notice(const Outcome& outcome, const std::string& message) {
  for (const Notice& notice : outcome.notices) {
    if (notice.message == message) return true;
  }
  return false;
}

}  // namespace gitsync::config::test
