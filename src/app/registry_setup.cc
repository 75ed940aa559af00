// SPDX-License-Identifier: Apache-2.0
#include "app/registry_setup.h"

#include <utility>

#include "util/paths.h"

namespace gitsync::app {

oci::PlainHttp plain_http_of(const config::Settings& s) {
  if (!s.registry_plain_http_given) return oci::PlainHttp::kLoopback;
  return s.registry_plain_http ? oci::PlainHttp::kAlways : oci::PlainHttp::kNever;
}

objects::RegistryLogin make_registry_login(const config::Settings& s, const std::string& address,
                                           const oci::Reference& reference, const Process& process,
                                           auth::Credentials* credentials,
                                           const log::Logger& logger) {
  auto config = s.registry_config.empty()
                    ? ""
                    : util::absolute_path(process.working_directory, s.registry_config);
  return {{.repo = address,
           .reference = reference,
           .config = std::move(config),
           .usual_configs = objects::usual_docker_configs(process.environment)},
          credentials,
          logger};
}

}  // namespace gitsync::app
