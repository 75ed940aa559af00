// SPDX-License-Identifier: Apache-2.0
#include "log/sink.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <source_location>
#include <utility>

#include "log/record.h"
#include "util/files.h"
#include "util/paths.h"

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

Sink::Sink(SinkOptions options)
    : options_(std::move(options)), writer_(options_.fd, options_.patience) {}

void Sink::write(const Record& record) {
  write_line(to_line(record, redactor_));
  const bool main_error = !record.level && record.logger.empty();
  if (main_error && !options_.error_file.empty()) {
    replace_error_file(to_error_file(record, redactor_));
  }
}

void Sink::write_line(std::string_view line) {
  const util::MutexLock lock(line_mutex_);
  if (dropped_ > 0 && writer_.write(dropped_line(dropped_, redactor_))) dropped_ = 0;
  if (!writer_.write(std::string(line) + '\n')) ++dropped_;
}

void Sink::write_error_file(std::string_view content) { replace_error_file(redact(content)); }

void Sink::replace_error_file(std::string_view content) {
  if (options_.error_file.empty()) return;
  const util::MutexLock lock(file_mutex_);
  if (auto result = try_replace_error_file(content); !result) {
    report_error_file("cannot write the error file", result.error());
  }
}

util::Result<void> Sink::try_replace_error_file(std::string_view content) const {
  const std::string directory = util::dir_name(options_.error_file);
  // One level only: a missing parent is more likely a volume that is not mounted.
  if (::mkdir(directory.c_str(), 0775) != 0 && errno != EEXIST && !util::exists(directory)) {
    return util::fail(util::sys_error("create directory " + directory));
  }
  return util::write_file_atomic(options_.error_file, "tmp-err-", content, 0644);
}

void Sink::remove_error_file() {
  if (options_.error_file.empty()) return;
  const util::MutexLock lock(file_mutex_);
  if (::unlink(options_.error_file.c_str()) != 0 && errno != ENOENT) {
    report_error_file("cannot remove the error file",
                      util::sys_error("remove " + options_.error_file));
  }
}

// Bypasses write(), which would write the error file again.
void Sink::report_error_file(std::string_view message, const util::Error& error) {
  const Fields fields{{"file", options_.error_file}};
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
