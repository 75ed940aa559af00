// SPDX-License-Identifier: Apache-2.0
#include "config/validate.h"

#include <algorithm>
#include <array>

#include "config/git_config_pairs.h"
#include "config/signal_name.h"
#include "util/duration.h"
#include "util/paths.h"
#include "util/quote.h"
#include "util/text.h"
#include "util/url.h"

namespace gitsync::config {
namespace {

using namespace std::chrono_literals;

Complaint at_least(std::string_view flag, Duration value, Duration least) {
  if (value >= least) return std::nullopt;
  return "invalid flag: --" + std::string(flag) + " must be at least " +
         util::format_duration(least) + ", not " + util::format_duration(value);
}

Complaint one_of(std::string_view flag, const std::string& value,
                 const std::vector<std::string>& words) {
  if (std::ranges::find(words, value) != words.end()) return std::nullopt;
  return "invalid flag: --" + std::string(flag) + " must be one of " + util::join(words, ", ") +
         ", not " + util::quoted(value);
}

Complaint check_ref(const Inputs& inputs) {
  if (inputs.ref.empty()) return "required flag: --ref must be specified";
  if (util::has_control(inputs.ref)) {
    return "invalid flag: --ref contains a line break or another control character";
  }
  if (inputs.ref.starts_with('-')) return "invalid flag: --ref must not begin with a dash";
  return std::nullopt;
}

Complaint check_depth(const Inputs& inputs) {
  if (inputs.depth >= 0) return std::nullopt;
  return "invalid flag: --depth must be at least 0, not " + std::to_string(inputs.depth);
}

Complaint check_submodules(const Inputs& inputs) {
  return one_of("submodules", inputs.submodules, {"recursive", "shallow", "off"});
}

Complaint check_engine(const Inputs& inputs) {
  return one_of("engine", inputs.engine, {"auto", "native", "git"});
}

Complaint check_git_gc(const Inputs& inputs) {
  return one_of("git-gc", inputs.git_gc, {"auto", "always", "aggressive", "off"});
}

Complaint check_period(const Inputs& inputs) { return at_least("period", inputs.period, 10ms); }

Complaint check_init_period(const Inputs& inputs) {
  if (inputs.init_period == 0s) return std::nullopt;
  return at_least("init-period", inputs.init_period, 10ms);
}

Complaint check_change_permissions(const Inputs& inputs) {
  if (inputs.change_permissions == 0) return std::nullopt;
  return "invalid flag: --change-permissions is no longer supported, use --group-write instead";
}

Complaint check_sync_on_signal(const Inputs& inputs) {
  if (inputs.sync_on_signal_name.empty() || parse_signal(inputs.sync_on_signal_name)) {
    return std::nullopt;
  }
  return "invalid flag: --sync-on-signal must be a signal such as SIGHUP, HUP or 1, not " +
         util::quoted(inputs.sync_on_signal_name);
}

Complaint check_sync_timeout(const Inputs& inputs) {
  return at_least("sync-timeout", inputs.sync_timeout, 10ms);
}

Complaint check_exechook(const Inputs& inputs) {
  if (inputs.exechook_command.empty()) return std::nullopt;
  if (auto complaint = at_least("exechook-timeout", inputs.exechook_timeout, 1s)) return complaint;
  return at_least("exechook-backoff", inputs.exechook_backoff, 1s);
}

Complaint check_pre_publish_exechook(const Inputs& inputs) {
  if (inputs.pre_publish_exechook_command.empty()) return std::nullopt;
  if (auto complaint =
          at_least("pre-publish-exechook-timeout", inputs.pre_publish_exechook_timeout, 1s)) {
    return complaint;
  }
  return at_least("pre-publish-exechook-backoff", inputs.pre_publish_exechook_backoff, 1s);
}

Complaint check_webhook(const Inputs& inputs) {
  if (inputs.webhook_url.empty()) return std::nullopt;
  if (inputs.webhook_success_status < -1) {
    return "invalid flag: --webhook-success-status must be an HTTP status or 0, not " +
           std::to_string(inputs.webhook_success_status);
  }
  if (auto complaint = at_least("webhook-timeout", inputs.webhook_timeout, 1s)) return complaint;
  return at_least("webhook-backoff", inputs.webhook_backoff, 1s);
}

Complaint check_http(const Inputs& inputs) {
  if (!inputs.http_bind.empty()) return std::nullopt;
  if (inputs.http_metrics) {
    return "required flag: --http-bind must be specified when --http-metrics is set";
  }
  if (inputs.http_pprof) {
    return "required flag: --http-bind must be specified when --http-pprof is set";
  }
  return std::nullopt;
}

Complaint check_git_config(const Inputs& inputs) {
  if (const auto pairs = parse_git_config(inputs.git_config); !pairs) {
    return "invalid flag: --git-config: " + pairs.error().message;
  }
  if (const auto pairs = parse_git_config(util::join(inputs.git_config_add, ",")); !pairs) {
    return "invalid flag: --git-config-add: " + pairs.error().message;
  }
  return std::nullopt;
}

// The contract's order. The last five are ours.
constexpr std::array kChecks{
    check_repo,
    check_ref,
    check_depth,
    check_submodules,
    check_engine,
    check_git_gc,
    check_period,
    check_init_period,
    check_change_permissions,
    check_sync_on_signal,
    check_sync_timeout,
    check_exechook,
    check_pre_publish_exechook,
    check_webhook,
    check_username,
    check_github_app,
    check_credentials,
    check_http,
    check_link,
    check_files,
    check_concurrency,
    check_git_config,
    check_buckets,
    check_snapshots,
    check_serving,
};

}  // namespace

Complaint validate(const Inputs& inputs) {
  for (const auto& check : kChecks) {
    if (auto complaint = check(inputs)) return complaint;
  }
  return std::nullopt;
}

}  // namespace gitsync::config
