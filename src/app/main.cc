// SPDX-License-Identifier: Apache-2.0
// git-sync keeps a directory equal to a git repository. From here: app/daemon.cc (start-up),
// sync/loop.cc (when), sync/pass.cc (one pass).

#include <unistd.h>

#include <iostream>
#include <span>
#include <string>

#include "app/daemon.h"
#include "app/last_words.h"
#include "app/pid1.h"
#include "app/signals.h"
#include "config/config.h"
#include "log/error_file.h"
#include "log/sink.h"
#include "util/paths.h"
#include "util/resource_limits.h"

namespace {

namespace app = gitsync::app;
namespace config = gitsync::config;
namespace log = gitsync::log;
namespace util = gitsync::util;

// A configuration error is told to whoever watches the error file, too.
void write_error_file(const config::Outcome& outcome) {
  if (outcome.error_file_path.empty()) return;
  log::Sink sink({});
  log::ErrorFile file(outcome.error_file_path, {.root = outcome.error_file_root});
  if (const auto written = file.replace(sink.redact(outcome.error_file_message)); !written) {
    sink.report(file, "cannot write the error file", written.error());
  }
}

std::string working_directory() {
  if (auto directory = util::current_directory()) return *std::move(directory);
  // It was removed, and git refuses to start in such a place.
  [[maybe_unused]] const int ignored = ::chdir("/");
  return "/";
}

int run(std::span<char*> argv, const util::ResourceLimits& inherited_limits) {
  auto environment = util::Environment::from(environ);
  const std::string directory = working_directory();
  const auto outcome = config::configure({.args = std::span<char* const>(argv).subspan(1),
                                          .environment = environment,
                                          .cwd = directory,
                                          .program = argv[0],
                                          .version = GITSYNC_VERSION GITSYNC_BUILT_WITH});
  std::cout << outcome.out << std::flush;
  std::cerr << outcome.err << std::flush;
  if (outcome.kind == config::Outcome::Kind::kExit) {
    write_error_file(outcome);
    return outcome.exit_status;
  }
  for (const auto& [name, value] : outcome.environment) environment.set(name, value);
  const auto end = app::run_daemon({.configured = outcome,
                                    .environment = environment,
                                    .working_directory = directory,
                                    .version = GITSYNC_VERSION,
                                    .inherited_limits = inherited_limits});
  if (end.signal != 0) app::die_by_signal(end.signal);
  return end.exit_status;
}

}  // namespace

int main(int argc, char* argv[]) {
  app::report_uncaught_exceptions();
  app::open_standard_streams();
  if (argc < 1) return 1;
  try {
    const auto inherited_limits = util::harden_limits();
    if (app::is_init()) return app::run_as_init(argv, inherited_limits);
    return run({argv, static_cast<std::size_t>(argc)}, inherited_limits);
  } catch (...) {
    return app::report_exception();
  }
}
