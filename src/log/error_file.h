// SPDX-License-Identifier: Apache-2.0
// The error file of one repository: the latest error for whoever watches it
// (docs/contract.md#error-file).

#pragma once

#include <string>
#include <string_view>

#include "util/error.h"
#include "util/mutex.h"
#include "util/safe_way.h"
#include "util/thread_annotations.h"

namespace gitsync::log {

// Thread-safety: all members may be called from any thread.
class ErrorFile {
 public:
  // `path`: absolute. Below the root of `way` no symlink but the published link is followed.
  ErrorFile(std::string path, util::SafeWay way);

  const std::string& path() const { return path_; }

  // Readers see the old or the new text. Makes one missing directory, since a second one is more
  // likely a volume that is not mounted.
  util::Result<void> replace(std::string_view text);
  // Missing is fine.
  util::Result<void> remove();

 private:
  const std::string path_;
  const util::SafeWay way_;
  util::Mutex mutex_;  // one writer or remover at a time
};

}  // namespace gitsync::log
