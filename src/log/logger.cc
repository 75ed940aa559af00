// SPDX-License-Identifier: Apache-2.0
#include "log/logger.h"

#include <chrono>
#include <optional>

#include "log/error_file.h"
#include "log/record.h"
#include "log/sink.h"

namespace gitsync::log {

Logger::Logger(std::shared_ptr<Sink> sink, std::string name)
    : sink_(std::move(sink)), name_(std::move(name)) {}

bool Logger::enabled(std::int64_t level) const { return level <= sink_->verbosity(); }

void Logger::info(std::int64_t level, std::string_view message, const Fields& fields,
                  Location location) const {
  if (!enabled(level)) return;
  sink_->write({.logger = name_,
                .time = std::chrono::system_clock::now(),
                .location = location,
                .level = level,
                .message = message,
                .fields = fields});
}

void Logger::error(std::string_view message, const util::Error& error, const Fields& fields,
                   Location location) const {
  sink_->write({.logger = name_,
                .time = std::chrono::system_clock::now(),
                .location = location,
                .level = std::nullopt,
                .message = message,
                .error = &error,
                .fields = fields},
               error_file_.get());
}

void Logger::error(std::string_view message, const Fields& fields, Location location) const {
  sink_->write({.logger = name_,
                .time = std::chrono::system_clock::now(),
                .location = location,
                .level = std::nullopt,
                .message = message,
                .fields = fields},
               error_file_.get());
}

Logger Logger::named(std::string name) const { return Logger(sink_, std::move(name)); }

Logger Logger::with_error_file(std::shared_ptr<ErrorFile> error_file) const {
  Logger logger = *this;
  logger.error_file_ = std::move(error_file);
  return logger;
}

void Logger::clear_error() const {
  if (!error_file_) return;
  if (const auto removed = error_file_->remove(); !removed) {
    sink_->report(*error_file_, "cannot remove the error file", removed.error());
  }
}

}  // namespace gitsync::log
