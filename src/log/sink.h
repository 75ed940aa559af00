// SPDX-License-Identifier: Apache-2.0
// The destination of all records: standard error, bounded in time.

#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "log/line_writer.h"
#include "log/redactor.h"
#include "util/error.h"
#include "util/mutex.h"

namespace gitsync::log {

class ErrorFile;
struct Record;

struct SinkOptions {
  int fd = 2;
  std::int64_t verbosity = 0;
  // Longest wait for a reader that takes no record.
  std::chrono::milliseconds patience{1000};
};

// Thread-safety: all members may be called from any thread. SIGPIPE must be ignored or blocked.
class Sink {
 public:
  explicit Sink(SinkOptions options);

  std::int64_t verbosity() const { return options_.verbosity; }

  // Every later occurrence of `secret` in any record, as it is or percent-encoded, becomes
  // REDACTED. Texts shorter than Redactor::kMinSecret bytes are not registered.
  void add_secret(std::string_view secret) { redactor_.add(secret); }
  std::string redact(std::string_view text) const { return redactor_.redact(text); }

  // Redacts and writes a record whatever its level. If it is an error, `error_file` (null: none) is
  // replaced as well; a failure of that is only logged.
  void write(const Record& record, ErrorFile* error_file = nullptr);

  // Writes one line (the newline is added) as it is. Never blocks for long and never fails: a
  // closed or stuck reader costs records, not syncs. How many were lost is told by a record of
  // its own as soon as the reader is back.
  void write_line(std::string_view line);

  // Logs a failure that has to do with the error file, without writing to it.
  void report(const ErrorFile& error_file, std::string_view message, const util::Error& error);

 private:
  const SinkOptions options_;
  Redactor redactor_;

  util::Mutex line_mutex_;
  LineWriter writer_ GITSYNC_GUARDED_BY(line_mutex_);
  std::int64_t dropped_ GITSYNC_GUARDED_BY(line_mutex_) = 0;  // lines not yet reported
};

}  // namespace gitsync::log
