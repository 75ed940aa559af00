// SPDX-License-Identifier: Apache-2.0
// What hooks and their receivers say is cut short for the log; secrets go out of it before that.

#pragma once

#include "log/logger.h"
#include "log/sink.h"
#include "util/bounded_output.h"

namespace gitsync::hook {

// The sink outlives what is returned.
inline util::Scrub redactor(const log::Logger& logger) {
  return [&sink = logger.sink()](std::string_view text) { return sink.redact(text); };
}

}  // namespace gitsync::hook
