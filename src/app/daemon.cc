// SPDX-License-Identifier: Apache-2.0
#include "app/daemon.h"

#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>

#include "app/passwd.h"
#include "app/repo_sync.h"
#include "app/secret_setup.h"
#include "app/signals.h"
#include "app/source_setup.h"
#include "http/server.h"
#include "log/error_file.h"
#include "log/sink.h"
#include "net/http_client.h"
#include "util/files.h"
#include "util/paths.h"
#include "util/process.h"
#include "util/url.h"

namespace gitsync::app {
namespace {

using util::Result;

class Daemon {
 public:
  explicit Daemon(const DaemonInput& input)
      : input_(input),
        settings_(input.configured.settings),
        logger_(with_error_file(log::Logger(std::make_shared<log::Sink>(
                                    log::SinkOptions{.verbosity = settings_.verbose})),
                                util::real_path(settings_.root).value_or(settings_.root))),
        processes_(input.inherited_limits) {}

  DaemonEnd run() {
    register_secrets(settings_, input_.environment, logger_.sink());
    if (const auto caught = catch_signals(); !caught) return failed(caught.error());
    log_start();
    if (const auto prepared = prepare(); !prepared) return failed(prepared.error());
    const auto repo = RepoSync::create({.settings = settings_,
                                        .root = root_,
                                        .metrics = metrics_,
                                        .wake = wake_,
                                        .on_ready =
                                            [this] {
                                              if (server_) server_->set_ready();
                                            },
                                        .logger = with_error_file(logger_, root_),
                                        .make_source = input_.make_source},
                                       {.environment = input_.environment,
                                        .working_directory = input_.working_directory,
                                        .processes = processes_,
                                        .forced_end = forced_end_,
                                        .limits = input_.inherited_limits,
                                        .stop = stop_});
    if (!repo) return failed(repo.error());
    if (const auto serving = serve_http(); !serving) return failed(serving.error());
    signals_->start_syncing();
    return end_of((*repo)->run());
  }

 private:
  // Before every other thread, since they inherit its mask.
  Result<void> catch_signals() {
    GS_TRY(signals_, Signals::start({.sync_signal = settings_.sync_on_signal,
                                     .stop = &stop_,
                                     .wake = &wake_,
                                     .on_caught =
                                         [this](int signal) {
                                           logger_.info(1, "caught signal",
                                                        {{"signal", signal_name(signal)}});
                                         },
                                     .before_forced_end = [this] { leave_nothing(); }}));
    return {};
  }

  // On the signal thread, when there is no time for an orderly end.
  void leave_nothing() {
    processes_.kill_all();
    forced_end_.run();
  }

  // `root`: as far as it is known.
  log::Logger with_error_file(const log::Logger& logger, const std::string& root) const {
    if (settings_.error_file.empty()) return logger;
    return logger.with_error_file(std::make_shared<log::ErrorFile>(
        util::absolute_path(settings_.root, settings_.error_file),
        util::SafeWay{.root = root, .link = util::absolute_path(root, settings_.link)}));
  }

  void log_start() const {
    for (const auto& notice : input_.configured.notices) {
      log::Fields fields;
      for (const auto& [key, value] : notice.values) fields.emplace_back(key, value);
      logger_.info(0, notice.message, fields);
    }
    logger_.info(0, "starting up",
                 {{"version", input_.version},
                  {"pid", std::int64_t{::getpid()}},
                  {"uid", std::int64_t{::getuid()}},
                  {"gid", std::int64_t{::getgid()}},
                  {"home", input_.environment.get_or("HOME", "")},
                  {"flags", input_.configured.logged_flags}});
  }

  // docs/contract.md#root-and-logging and #add-user: executable, umask, root, user.
  Result<void> prepare() {
    GS_TRY_VOID(check_source(settings_));
    ::umask(settings_.group_write ? 0002 : 0022);
    auto made = util::make_directories(settings_.root);
    if (!made) {
      auto error = std::move(made).error().with_context("root");
      const bool is_file = error.sys_errno == EEXIST || error.sys_errno == ENOTDIR;
      error.cause = is_file ? util::Cause::kRootIsFile : util::Cause::kRootNotMade;
      return util::fail(std::move(error));
    }
    GS_TRY(root_, util::real_path(settings_.root));
    if (root_ != settings_.root_as_given) {
      logger_.info(0, "using the real path of root",
                   {{"root", settings_.root_as_given}, {"result", root_}});
    }
    return add_user();
  }

  // A read-only root file system is a choice of the pod's author, who seldom knows that a chart
  // sets --add-user; https does without the entry, and ssh says itself what it misses.
  Result<void> add_user() const {
    if (!settings_.add_user || user_exists(::getuid())) return {};
    std::string home = input_.environment.get_or("HOME", "");
    if (home.empty()) home = input_.working_directory;
    auto added =
        append_user("/etc/passwd", {.uid = ::getuid(), .gid = ::getgid(), .home = std::move(home)});
    if (!added) {
      auto error = std::move(added).error().with_context("--add-user");
      if (error.cause == util::Cause::kUnknown) error.cause = util::Cause::kUserNotAdded;
      if (error.sys_errno == EROFS) {
        logger_.error("going on without a user entry, which ssh may need", error);
        return {};
      }
      return util::fail(std::move(error));
    }
    return {};
  }

  // As the log shows it.
  std::vector<std::string> shown_command_line() const {
    std::vector<std::string> flags;
    flags.reserve(input_.configured.logged_flags.size());
    for (const auto& flag : input_.configured.logged_flags) {
      flags.push_back(logger_.sink().redact(flag));
    }
    return flags;
  }

  Result<void> serve_http() {
    if (settings_.http_bind.empty()) return {};
    http::ServerOptions options{.bind = settings_.http_bind,
                                .version = input_.version,
                                .pprof = settings_.http_pprof,
                                .command_line = shown_command_line()};
    if (settings_.http_metrics) options.metrics = [this] { return metrics_.render(); };
    options.failed = [this](const util::Error& error) {
      logger_.error("HTTP server died", error);
      server_died_ = true;
      stop_.set();
    };
    GS_TRY(server_, http::Server::start(std::move(options), logger_));
    return {};
  }

  DaemonEnd end_of(sync::Ending ending) const {
    switch (ending) {
      case sync::Ending::kDone:
        return {.exit_status = 0};
      case sync::Ending::kHooksFailed:
      case sync::Ending::kTooManyFailures:
      case sync::Ending::kFatal:
        return {.exit_status = 1};
      case sync::Ending::kStoppedIdle:
        if (signals_->terminating_signal() == SIGINT) return {.exit_status = 0};
        break;
      case sync::Ending::kStopped:
        break;
    }
    return stopped();
  }

  DaemonEnd stopped() const {
    if (server_died_) return {.exit_status = 1};
    return {.exit_status = 1, .signal = signals_->terminating_signal()};
  }

  DaemonEnd failed(const util::Error& error) const {
    if (stop_.is_set()) return stopped();
    logger_.error("cannot start", error);
    return {.exit_status = 1};
  }

  const DaemonInput& input_;
  const config::Settings& settings_;
  const log::Logger logger_;
  util::Event stop_;
  util::Event wake_;
  util::ForcedEnd forced_end_;
  util::SystemProcessRunner processes_;
  std::unique_ptr<Signals> signals_;
  net::Global curl_;
  metrics::Metrics metrics_;
  std::atomic<bool> server_died_ = false;
  std::string root_;
  std::unique_ptr<http::Server> server_;
};

}  // namespace

DaemonEnd run_daemon(const DaemonInput& input) { return Daemon(input).run(); }

}  // namespace gitsync::app
