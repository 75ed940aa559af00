// SPDX-License-Identifier: Apache-2.0
// The destination of all records: standard error, bounded in time, and the error file.

#pragma once

#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "util/error.h"

namespace gitsync::log {

struct SinkOptions {
  int fd = 2;
  std::int64_t verbosity = 0;
  std::string error_file;  // absolute; empty: none
};

// Thread-safety: all members may be called from any thread.
class Sink {
 public:
  explicit Sink(SinkOptions options);

  std::int64_t verbosity() const { return options_.verbosity; }

  // Every later occurrence of `secret` in any record becomes REDACTED. Texts shorter than four
  // bytes are not registered: replacing them would only make logs unreadable.
  void add_secret(std::string_view secret);
  std::string redact(std::string_view text) const;

  // Writes one line (the newline is added). Never blocks for long and never fails: a closed or
  // stuck reader costs records, not syncs.
  void write_line(std::string_view line);

  // Replaces the error file (7.5). A failure is only logged.
  void write_error_file(std::string_view content);
  // Missing is fine.
  void remove_error_file();

 private:
  const SinkOptions options_;
  mutable std::mutex mutex_;
  std::vector<std::string> secrets_;  // guarded by mutex_
};

}  // namespace gitsync::log
