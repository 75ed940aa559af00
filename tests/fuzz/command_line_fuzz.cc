// SPDX-License-Identifier: Apache-2.0
// A whole command line, one word a line; lines that begin with `$` are variables. Whatever it is,
// there is a decision, with a reason if it is no.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "util/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gitsync;
  util::Environment environment;
  std::vector<std::string> words;
  for (std::string& line :
       util::split(std::string_view(reinterpret_cast<const char*>(data), size), '\n')) {
    const std::size_t equals = line.find('=');
    if (line.starts_with('$') && equals != std::string::npos) {
      environment.set(line.substr(1, equals - 1), line.substr(equals + 1));
    } else {
      words.push_back(std::move(line));
    }
  }
  std::vector<const char*> args;
  args.reserve(words.size());
  for (const std::string& word : words) args.push_back(word.c_str());
  const auto outcome = config::configure({.args = args,
                                          .environment = environment,
                                          .cwd = "/work",
                                          .program = "git-sync",
                                          .version = "0"});
  if (outcome.kind == config::Outcome::Kind::kRun) {
    const auto& settings = outcome.settings;
    if (!settings.root.starts_with('/') || settings.repo.empty() || settings.link.empty()) {
      std::abort();
    }
  } else if (outcome.exit_status == 0 ? outcome.out.empty() : outcome.err.empty()) {
    std::abort();
  }
  return 0;
}
