// SPDX-License-Identifier: Apache-2.0
// A record as text: the line on stderr (docs/contract.md#log-format) and the error file
// (docs/contract.md#error-file). Always legal JSON, whatever bytes come in; secrets are redacted
// before anything is quoted.

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <source_location>
#include <string>
#include <string_view>

#include "log/logger.h"
#include "log/redactor.h"

namespace gitsync::log {

// Everything it refers to outlives it.
struct Record {
  std::string_view logger;
  std::chrono::system_clock::time_point time;
  std::source_location location;
  std::optional<std::int64_t> level;  // none: an error record
  std::string_view message;
  const util::Error* error = nullptr;  // null in an error record: "error" is null
  const Fields& fields;
};

// One line without a newline. Fields keep their order; one with the name of an earlier key is
// left out. The error's hint comes last.
std::string to_line(const Record& record, const Redactor& redactor);

// {"Msg":…,"Err":…,"Args":{…}} with sorted Args and without the bytes <, > and &.
std::string to_error_file(const Record& record, const Redactor& redactor);

}  // namespace gitsync::log
