// SPDX-License-Identifier: Apache-2.0
// From settings to a source that is not git: buckets, archives and registries.

#pragma once

#include <memory>

#include "app/process.h"
#include "app/source_setup.h"
#include "auth/credentials.h"
#include "log/logger.h"
#include "source/source.h"

namespace gitsync::app {

// Errors name the setting that is wrong. `credentials` outlive the source.
util::Result<std::unique_ptr<source::Source>> make_object_source(const SourceSettings& settings,
                                                                 const Process& process,
                                                                 auth::Credentials& credentials,
                                                                 const log::Logger& logger);

}  // namespace gitsync::app
