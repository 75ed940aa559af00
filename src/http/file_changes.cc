// SPDX-License-Identifier: Apache-2.0
#include "http/file_changes.h"

#include <sys/stat.h>

#include <chrono>
#include <cstdlib>

namespace gitsync::http {

bool FileChanges::take() {
  using std::chrono::nanoseconds;
  constexpr nanoseconds kYoung = std::chrono::seconds(2);
  struct stat info{};
  const auto now =
      ::stat(path_.c_str(), &info) == 0 ? util::FileStamp::of(info) : util::FileStamp{};
  const bool changed = doubtful_ || now != seen_;
  seen_ = now;
  const auto clock = std::chrono::system_clock::now().time_since_epoch();
  const nanoseconds age = std::chrono::duration_cast<nanoseconds>(clock) - nanoseconds(now.changed);
  doubtful_ = now.changed != 0 && age < kYoung && age > -kYoung;
  return changed;
}

}  // namespace gitsync::http
