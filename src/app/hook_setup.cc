// SPDX-License-Identifier: Apache-2.0
#include "app/hook_setup.h"

#include "hook/exec_hook.h"
#include "hook/web_hook.h"

namespace gitsync::app {
namespace {

struct ExecSettings {
  std::string name;
  const std::string& command;
  config::Duration timeout;
  config::Duration backoff;
};

using MaybeRunner = util::Result<std::unique_ptr<hook::Runner>>;

MaybeRunner exec_runner(const ExecSettings& settings, hook::Mode mode, const HookContext& context) {
  if (settings.command.empty()) return nullptr;
  auto run =
      std::make_unique<hook::ExecHook>(hook::ExecHookOptions{.name = settings.name,
                                                             .command = settings.command,
                                                             .timeout = settings.timeout,
                                                             .trees = context.trees,
                                                             .environment = context.environment},
                                       context.processes, context.logger);
  return hook::Runner::start(
      std::move(run),
      hook::RunnerOptions{.name = settings.name, .backoff = settings.backoff, .mode = mode},
      context.logger, context.metrics);
}

MaybeRunner web_runner(const config::Settings& settings, hook::Mode mode,
                       const HookContext& context) {
  if (settings.webhook_url.empty()) return nullptr;
  auto call = std::make_unique<hook::WebHook>(
      hook::WebHookOptions{.url = settings.webhook_url,
                           .method = settings.webhook_method,
                           .success_status = settings.webhook_success_status,
                           .timeout = settings.webhook_timeout,
                           .http = net::ClientOptions::from(context.environment)},
      context.logger);
  return hook::Runner::start(
      std::move(call),
      hook::RunnerOptions{.name = "webhook", .backoff = settings.webhook_backoff, .mode = mode},
      context.logger, context.metrics);
}

}  // namespace

util::Result<sync::Notifier> set_up_hooks(const config::Settings& settings,
                                          const HookContext& context) {
  const auto mode = settings.one_time ? hook::Mode::kOneShot : hook::Mode::kRetry;
  sync::Notifier notifier;
  GS_TRY(notifier.pre_publish, exec_runner({.name = "pre-publish-exechook",
                                            .command = settings.pre_publish_exechook_command,
                                            .timeout = settings.pre_publish_exechook_timeout,
                                            .backoff = settings.pre_publish_exechook_backoff},
                                           mode, context));
  GS_TRY(notifier.exec, exec_runner({.name = "exechook",
                                     .command = settings.exechook_command,
                                     .timeout = settings.exechook_timeout,
                                     .backoff = settings.exechook_backoff},
                                    mode, context));
  GS_TRY(notifier.web, web_runner(settings, mode, context));
  return notifier;
}

}  // namespace gitsync::app
