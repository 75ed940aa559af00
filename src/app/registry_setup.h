// SPDX-License-Identifier: Apache-2.0
// From settings to a registry, read or written.

#pragma once

#include <string>

#include "app/process.h"
#include "auth/credentials.h"
#include "config/settings.h"
#include "log/logger.h"
#include "objects/registry_login.h"
#include "oci/client.h"
#include "oci/reference.h"

namespace gitsync::app {

oci::PlainHttp plain_http_of(const config::Settings& settings);

// `address`: what credentials are set for. `credentials` outlive what is returned; null: only
// docker configs count.
objects::RegistryLogin make_registry_login(const config::Settings& settings,
                                           const std::string& address,
                                           const oci::Reference& reference, const Process& process,
                                           auth::Credentials* credentials,
                                           const log::Logger& logger);

}  // namespace gitsync::app
