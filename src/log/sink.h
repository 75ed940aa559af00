// SPDX-License-Identifier: Apache-2.0
// The destination of all records: standard error, bounded in time, and the error file.

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

struct Record;

struct SinkOptions {
  int fd = 2;
  std::int64_t verbosity = 0;
  std::string error_file;  // absolute; empty: none
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

  // Redacts and writes a record whatever its level; an error record of the main logger also
  // replaces the error file.
  void write(const Record& record);

  // Writes one line (the newline is added) as it is. Never blocks for long and never fails: a
  // closed or stuck reader costs records, not syncs. How many were lost is told by a record of
  // its own as soon as the reader is back.
  void write_line(std::string_view line);

  // Replaces the error file by this text, redacted (7.5: configuration errors). A failure is only
  // logged.
  void write_error_file(std::string_view content);
  // Missing is fine; any other failure is only logged.
  void remove_error_file();

 private:
  void replace_error_file(std::string_view content);
  util::Result<void> try_replace_error_file(std::string_view content) const;
  void report_error_file(std::string_view message, const util::Error& error);

  const SinkOptions options_;
  Redactor redactor_;

  util::Mutex line_mutex_;
  LineWriter writer_ GITSYNC_GUARDED_BY(line_mutex_);
  std::int64_t dropped_ GITSYNC_GUARDED_BY(line_mutex_) = 0;  // lines not yet reported
  util::Mutex file_mutex_;  // one writer or remover of the error file at a time
};

}  // namespace gitsync::log
