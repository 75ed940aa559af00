// SPDX-License-Identifier: Apache-2.0
#include "source/transport_choice.h"

#include <utility>

#include "cli/config_places.h"
#include "cli/local_repository.h"
#include "git/ssh_address.h"
#include "source/delegation.h"
#include "source/http_transport.h"
#include "source/local_transport.h"
#include "source/native_rules.h"
#include "source/ssh_transport.h"

namespace gitsync::source {

using util::Result;

namespace {

using Made = Result<std::unique_ptr<Transport>>;

Result<void> check(NativeStep step, std::string_view protocol, const TransportInputs& inputs) {
  const NativeInputs native{.settings = inputs.settings,
                            .environment = inputs.environment,
                            .own_helper = inputs.own_helper};
  GS_TRY_VOID(check_settings(step, native));
  return check_protocol(protocol, native);
}

Made by_http(const TransportInputs& inputs, const std::string& url, std::string_view protocol,
             auth::Credentials& credentials, const log::Logger& logger) {
  GS_TRY_VOID(check(NativeStep::kResolveByHttp, protocol, inputs));
  GS_TRY(auto settings,
         read_http_settings(cli::config_pairs(inputs.settings), inputs.environment, url));
  return std::make_unique<HttpTransport>(
      HttpTransportOptions{.url = url,
                           .settings = std::move(settings),
                           .dropped_settings = inputs.dropped_settings,
                           .login_note = inputs.login_note},
      credentials, logger);
}

Made by_ssh(const TransportInputs& inputs, const std::string& url, const log::Logger& logger) {
  GS_TRY_VOID(check(NativeStep::kResolveBySsh, "ssh", inputs));
  return std::make_unique<SshTransport>(
      SshTransportOptions{.url = url,
                          .environment = inputs.environment,
                          .temporary_directory = inputs.temporary_directory,
                          .watched_files = inputs.ssh_files,
                          .limits = inputs.limits},
      logger);
}

Made by_path(const TransportInputs& inputs, const std::string& url) {
  GS_TRY_VOID(check(NativeStep::kResolveLocally, "file", inputs));
  return std::make_unique<LocalTransport>(LocalTransportOptions{.executable = inputs.git_executable,
                                                                .environment = inputs.environment,
                                                                .url = url,
                                                                .root = inputs.root,
                                                                .limits = inputs.limits});
}

}  // namespace

Made choose_transport(const TransportInputs& inputs, auth::Credentials& credentials,
                      const log::Logger& logger) {
  const std::string url = rewrite_url(inputs.url, inputs.settings);
  // Whatever it leads to, only git knows whose the credentials are then.
  if (url != inputs.url) return not_understood("url.<base>.insteadOf changes the address");
  if (url.starts_with("https://")) return by_http(inputs, url, "https", credentials, logger);
  if (url.starts_with("http://")) return by_http(inputs, url, "http", credentials, logger);
  if (git::is_ssh_address(url)) return by_ssh(inputs, url, logger);
  if (cli::is_local_address(url)) return by_path(inputs, url);
  return not_understood("only git knows this kind of address");
}

}  // namespace gitsync::source
