// SPDX-License-Identifier: Apache-2.0
// From settings to the credential sources (docs/contract.md#credential-merge,
// #dynamic-credentials).

#pragma once

#include <string>

#include "auth/credentials.h"
#include "config/settings.h"

namespace gitsync::app {

// The address that git sees: http(s) userinfo is taken out of it and becomes a credential.
std::string url_without_userinfo(const std::string& repo);

auth::CredentialOptions credential_options(const config::Settings& settings,
                                           const util::Environment& environment);

}  // namespace gitsync::app
