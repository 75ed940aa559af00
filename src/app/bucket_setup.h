// SPDX-License-Identifier: Apache-2.0
// From settings to the source of a bucket.

#pragma once

#include <memory>

#include "app/process.h"
#include "app/source_setup.h"
#include "log/logger.h"
#include "source/source.h"

namespace gitsync::app {

// Errors name the setting that is wrong.
util::Result<std::unique_ptr<source::Source>> make_bucket_source(const SourceSettings& settings,
                                                                 const Process& process,
                                                                 const log::Logger& logger);

}  // namespace gitsync::app
