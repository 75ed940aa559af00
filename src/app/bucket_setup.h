// SPDX-License-Identifier: Apache-2.0
// From settings to a bucket, read or written.

#pragma once

#include <string>

#include "app/process.h"
#include "config/settings.h"
#include "log/logger.h"
#include "s3/client.h"

namespace gitsync::app {

// Errors name the setting that is wrong.
util::Result<s3::Client> make_bucket_client(const config::Settings& settings,
                                            const std::string& bucket, const Process& process,
                                            const log::Logger& logger);

}  // namespace gitsync::app
