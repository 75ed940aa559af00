// SPDX-License-Identifier: Apache-2.0
// A real log that writes to memory, for tests that look at records.

#pragma once

#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdint>
#include <memory>
#include <string>

#include "log/logger.h"
#include "log/sink.h"
#include "util/fd.h"

namespace gitsync::test {

// Thread-safety: as log::Sink; text() may be called at any time.
class CapturedLog {
 public:
  explicit CapturedLog(std::int64_t verbosity = 9)
      : fd_(::memfd_create("log", MFD_CLOEXEC)),
        sink_(std::make_shared<log::Sink>(
            log::SinkOptions{.fd = fd_.get(), .verbosity = verbosity})) {}

  log::Logger logger() const { return log::Logger(sink_); }
  log::Sink& sink() { return *sink_; }

  // All lines so far.
  std::string text() const {
    struct stat status{};
    ::fstat(fd_.get(), &status);
    std::string content(static_cast<std::size_t>(status.st_size), '\0');
    const auto size = ::pread(fd_.get(), content.data(), content.size(), 0);
    content.resize(size < 0 ? 0 : static_cast<std::size_t>(size));
    return content;
  }

 private:
  util::Fd fd_;
  std::shared_ptr<log::Sink> sink_;
};

}  // namespace gitsync::test
