// SPDX-License-Identifier: Apache-2.0
// add_advice: settings that are legal but hardly meant.

#include <algorithm>

#include "config/adjust.h"
#include "config/git_config_pairs.h"
#include "config/repo_kind.h"
#include "util/secret_shape.h"
#include "util/text.h"
#include "util/url.h"

namespace gitsync::config {
namespace {

void advise(Parsed& parsed, std::string message, std::string hint) {
  parsed.notices.push_back({std::move(message), {{"hint", std::move(hint)}}});
}

// host.example/org/repo: a relative path to git, unless there is such a directory.
bool lacks_scheme(std::string_view repo) {
  const std::size_t slash = repo.find('/');
  if (slash == std::string_view::npos || repo.find(':') < slash) return false;
  const std::string_view host = repo.substr(0, slash);
  return !host.empty() && !host.starts_with('.') && !host.starts_with('~') &&
         host.find('.') != std::string_view::npos;
}

void advise_on_repo(Parsed& parsed) {
  const std::string& repo = parsed.inputs.repo;
  if (!lacks_scheme(repo)) return;
  advise(parsed, "--repo has no scheme, so it is a path in the working directory",
         "did you mean https://" + util::redact_shapes(repo) + " ?");
}

void advise_on_username(Parsed& parsed) {
  const Inputs& inputs = parsed.inputs;
  if (inputs.username.empty()) return;
  const auto url = util::parse_url(inputs.repo);
  if (kind_of_repo(inputs.repo) == RepoKind::kRegistry) return;
  if (!url || !url->is_http()) {
    advise(parsed, "--username and its password are not used for this --repo",
           "only http and https take them; ssh uses --ssh-key-file");
  } else if (url->userinfo) {
    advise(parsed, "ignoring the user name in --repo, because --username is set",
           "leave out what stands before the @");
  }
}

void advise_on_hook(Parsed& parsed, std::string_view flag, const std::string& command) {
  if (command.find_first_of(" \t") == std::string::npos) return;
  advise(parsed, "--" + std::string(flag) + " holds a blank",
         "it is the path of one program, without arguments, and no shell line: put a command line "
         "into a script");
}

// Git itself writes the address into the arguments of its helper.
void advise_on_rewriting(Parsed& parsed) {
  const Inputs& inputs = parsed.inputs;
  for (const std::string& text : {inputs.git_config, util::join(inputs.git_config_add, ",")}) {
    const auto pairs = parse_git_config(text).value_or(GitConfigPairs{});
    const bool found = std::ranges::any_of(pairs, [](const auto& pair) {
      const std::string key = util::to_lower(pair.first);
      return key.starts_with("url.") && key.ends_with("insteadof") &&
             util::redact_urls_in(pair.first) != pair.first;
    });
    if (!found) continue;
    advise(parsed, "git shows the password of url.*.insteadOf in its arguments",
           "give it by --credential, which is not visible to others");
    return;
  }
}

}  // namespace

void add_advice(Parsed& parsed) {
  const Inputs& inputs = parsed.inputs;
  advise_on_repo(parsed);
  advise_on_username(parsed);
  advise_on_hook(parsed, "exechook-command", inputs.exechook_command);
  advise_on_hook(parsed, "pre-publish-exechook-command", inputs.pre_publish_exechook_command);
  advise_on_rewriting(parsed);
}

}  // namespace gitsync::config
