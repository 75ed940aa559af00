// SPDX-License-Identifier: Apache-2.0
#include "app/source_setup.h"

#include "source/git_cli.h"
#include "util/paths.h"

namespace gitsync::app {
namespace {

// Validation has left only these words.
source::Submodules submodules_of(const std::string& word) {
  if (word == "off") return source::Submodules::kOff;
  return word == "shallow" ? source::Submodules::kShallow : source::Submodules::kRecursive;
}

cli::Gc gc_of(const std::string& word) {
  if (word == "off") return cli::Gc::kOff;
  if (word == "auto") return cli::Gc::kAuto;
  return word == "aggressive" ? cli::Gc::kAggressive : cli::Gc::kAlways;
}

cli::SetupOptions setup_options(const config::Settings& s, const Process& process) {
  return {.executable = s.git,
          .environment = process.environment,
          .working_directory = process.working_directory,
          .ssh = {.key_files = s.ssh_key_files,
                  .known_hosts = s.ssh_known_hosts,
                  .known_hosts_file = s.ssh_known_hosts_file,
                  .verbosity = s.verbose},
          .cookie_file = s.cookie_file,
          .settings = s.git_config_pairs};
}

source::GitCliOptions git_options(const SourceSettings& settings, const Process& process) {
  const auto& s = settings.settings;
  const std::string sparse =
      s.sparse_checkout_file.empty()
          ? ""
          : util::absolute_path(process.working_directory, s.sparse_checkout_file);
  return {.setup = setup_options(s, process),
          .fetch = {.url = settings.url, .ref = s.ref, .depth = s.depth, .filter = s.filter},
          .checkout = {.sparse_checkout_file = sparse,
                       .submodules = submodules_of(s.submodules),
                       .depth = s.depth},
          .gc = gc_of(s.git_gc),
          .dropped_settings = s.dropped_settings,
          .trust_foreign_owner = s.trust_foreign_owner};
}

}  // namespace

util::Result<void> check_source(const config::Settings& settings) {
  return cli::check_git(settings.git);
}

util::Result<std::unique_ptr<source::Source>> make_source(const SourceSettings& settings,
                                                          const Process& process,
                                                          const auth::Credentials& credentials,
                                                          const log::Logger& logger) {
  return source::GitCli::create(git_options(settings, process), {settings.root},
                                {.processes = process.processes,
                                 .credentials = credentials,
                                 .forced_end = process.forced_end,
                                 .stop = process.stop},
                                logger);
}

}  // namespace gitsync::app
