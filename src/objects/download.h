// SPDX-License-Identifier: Apache-2.0
// Fetches in a thread of its own: libcurl gives what comes, libarchive asks for it.

#pragma once

#include <functional>
#include <string_view>
#include <thread>

#include "archive/pull.h"
#include "objects/byte_pipe.h"
#include "util/error.h"
#include "util/event.h"

namespace gitsync::objects {

// Thread-safety: none; belongs to who reads.
class Download {
 public:
  using Sink = std::function<util::Result<void>(std::string_view)>;
  // Called in the thread. What it fails with is what the reader gets in place of an end.
  using Get = std::function<util::Result<void>(const Sink& sink)>;

  explicit Download(const util::Limit& limit) : pipe_(limit) {}
  Download(const Download&) = delete;
  Download& operator=(const Download&) = delete;
  // Ends the thread.
  ~Download() { pipe_.leave(); }

  // Once. Errors: that of util::start_thread().
  util::Result<void> start(Get get);
  archive::Pull pull() {
    return [this] { return pipe_.read(); };
  }

 private:
  void run(const Get& get);

  BytePipe pipe_;
  std::jthread thread_;  // last, so that it ends first
};

}  // namespace gitsync::objects
