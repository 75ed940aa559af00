// SPDX-License-Identifier: Apache-2.0
// Everything that must not be shown, from every place where it may stand, made known to the log
// before its first record.

#pragma once

#include "config/settings.h"
#include "log/sink.h"
#include "util/environment.h"

namespace gitsync::app {

// Hides each secret of the settings, and of the variables that we and our children read: proxies,
// git's configuration by GIT_CONFIG_COUNT and GIT_CONFIG_PARAMETERS, commands that may hold a
// password. What is read later (files, answers) is hidden by who reads it.
void register_secrets(const config::Settings& settings, const util::Environment& environment,
                      log::Sink& sink);

}  // namespace gitsync::app
