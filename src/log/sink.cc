// SPDX-License-Identifier: Apache-2.0
#include "log/sink.h"

#include <source_location>
#include <utility>

#include "log/error_file.h"
#include "log/record.h"

namespace gitsync::log {
namespace {

std::string dropped_line(std::int64_t count, const Redactor& redactor) {
  const Fields fields{{"count", count}};
  const Record record{.logger = "",
                      .time = std::chrono::system_clock::now(),
                      .location = std::source_location::current(),
                      .level = 0,
                      .message = "log records lost: standard error could not be written",
                      .fields = fields};
  return to_line(record, redactor) + '\n';
}

}  // namespace

Sink::Sink(SinkOptions options) : options_(options), writer_(options_.fd, options_.patience) {}

void Sink::write(const Record& record, ErrorFile* error_file) {
  write_line(to_line(record, redactor_));
  if (record.level || error_file == nullptr) return;
  if (const auto replaced = error_file->replace(to_error_file(record, redactor_)); !replaced) {
    report(*error_file, "cannot write the error file", replaced.error());
  }
}

void Sink::write_line(std::string_view line) {
  const util::MutexLock lock(line_mutex_);
  if (dropped_ > 0 && writer_.write(dropped_line(dropped_, redactor_))) dropped_ = 0;
  if (!writer_.write(std::string(line) + '\n')) ++dropped_;
}

void Sink::report(const ErrorFile& error_file, std::string_view message, const util::Error& error) {
  const Fields fields{{"file", error_file.path()}};
  write_line(to_line({.logger = "",
                      .time = std::chrono::system_clock::now(),
                      .location = std::source_location::current(),
                      .level = {},
                      .message = message,
                      .error = &error,
                      .fields = fields},
                     redactor_));
}

}  // namespace gitsync::log
