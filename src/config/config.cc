// SPDX-License-Identifier: Apache-2.0
#include "config/config.h"

#include "config/adjust.h"
#include "config/git_config_pairs.h"
#include "config/repo_kind.h"
#include "config/signal_name.h"
#include "config/sources.h"
#include "config/usage.h"
#include "config/validate.h"
#include "oci/reference.h"
#include "util/paths.h"
#include "util/secret_shape.h"
#include "util/text.h"

namespace gitsync::config {
namespace {

Outcome exit_with(int status, std::string out, std::string err) {
  Outcome outcome;
  outcome.kind = Outcome::Kind::kExit;
  outcome.exit_status = status;
  outcome.out = std::move(out);
  outcome.err = std::move(err);
  return outcome;
}

// The message stands before and after the usage, because the usage is long
// (docs/contract.md#validation, #flag-errors).
std::string around(const std::string& message, const std::string& usage) {
  return message + "\n" + usage + message + "\n";
}

Outcome configuration_error(const Parsed& parsed, const std::string& complaint,
                            const std::string& usage) {
  const std::string message = util::redact_shapes(complaint);
  Outcome outcome = exit_with(1, "", parsed.deprecations + around(message, usage));
  // Where the error file is, is not known before the root is; and it may be in a forbidden place.
  const auto& inputs = parsed.inputs;
  if (!inputs.root.empty() && !inputs.error_file.empty() && !check_files(inputs)) {
    outcome.error_file_path = util::absolute_path(parsed.inputs.root, parsed.inputs.error_file);
    outcome.error_file_root = parsed.inputs.root;
    outcome.error_file_message = message;
  }
  return outcome;
}

// Fills in what is derived from the values as given, which validate() has found to be sound.
Settings finish(const Parsed& parsed) {
  const Inputs& inputs = parsed.inputs;
  auto settings = static_cast<const Settings&>(inputs);
  if (settings.link.empty()) settings.link = default_link(settings.repo);
  settings.sync_on_signal = parse_signal(inputs.sync_on_signal_name).value_or(0);
  const Row* const init_max_failures = find_flag("init-max-failures");
  if (parsed.origin(*init_max_failures).source != Source::kDefault) {
    settings.init_max_failures = inputs.init_max_failures_number;
  }
  settings.s3_path_style_given =
      parsed.origin(*find_flag("s3-path-style")).source != Source::kDefault;
  settings.registry_plain_http_given =
      parsed.origin(*find_flag("registry-plain-http")).source != Source::kDefault;
  // What --ref is for git stands in the address.
  if (const auto artifact = oci::parse_reference(settings.repo)) {
    settings.ref = artifact->version();
  }
  // A listing costs money, and more than git's question (docs/design.md#objects).
  if (kind_of_repo(settings.repo) == RepoKind::kBucketFolder &&
      parsed.origin(*find_flag("period")).source == Source::kDefault) {
    settings.period = std::chrono::seconds(60);
  }
  settings.git_gc_given = parsed.origin(*find_flag("git-gc")).source != Source::kDefault;
  const Row* const password =
      find_flag(inputs.password_flag.empty() ? "__env__GITSYNC_PASSWORD" : "password");
  settings.password_origin = parsed.origin_name(*password);
  for (const std::string& text : {settings.git_config, util::join(settings.git_config_add, ",")}) {
    const auto pairs = parse_git_config(text).value_or(GitConfigPairs{});
    settings.git_config_pairs.insert(settings.git_config_pairs.end(), pairs.begin(), pairs.end());
  }
  return settings;
}

}  // namespace

Outcome configure(const Invocation& invocation) {
  Parsed parsed;
  if (const auto read = read_environment(invocation.environment, parsed); !read) {
    return exit_with(1, "", parsed.deprecations + read.error().message + "\n");
  }
  const Inputs defaults = parsed.inputs;
  const auto usage = [&] { return usage_text(defaults, invocation.program); };
  if (const auto read = read_command_line(invocation.args, parsed); !read) {
    const std::string& message = read.error().message;
    return exit_with(2, message + "\n", parsed.deprecations + message + "\n" + usage());
  }

  Inputs& inputs = parsed.inputs;
  if (inputs.show_version) {
    return exit_with(0, std::string(invocation.version) + "\n", parsed.deprecations);
  }
  if (inputs.show_help) return exit_with(0, usage(), parsed.deprecations);
  if (inputs.show_manual) {
    return exit_with(0, manual_text(defaults, invocation.program), parsed.deprecations);
  }

  // As given: what follows changes the values.
  const std::vector<std::string> logged_flags =
      flags_to_log(parsed, inputs.v >= 0 ? inputs.v : inputs.verbose);
  if (inputs.root.empty()) {
    return configuration_error(parsed, "required flag: --root must be specified", usage());
  }
  inputs.root_as_given = inputs.root;
  inputs.root = util::absolute_path(invocation.cwd, inputs.root);
  if (const auto applied = apply_deprecated(parsed); !applied) {
    return configuration_error(parsed, applied.error().message, usage());
  }
  tidy_values(parsed);
  if (const auto complaint = validate(inputs)) {
    return configuration_error(parsed, *complaint, usage());
  }

  if (const auto complaint = check_kind(parsed)) {
    return configuration_error(parsed, *complaint, usage());
  }

  add_advice(parsed);
  Outcome outcome;
  outcome.kind = Outcome::Kind::kRun;
  outcome.environment = tidy_proxies(invocation.environment, parsed);
  outcome.err = std::move(parsed.deprecations);
  outcome.settings = finish(parsed);
  outcome.notices = std::move(parsed.notices);
  outcome.logged_flags = logged_flags;
  return outcome;
}

}  // namespace gitsync::config
