// SPDX-License-Identifier: Apache-2.0
#include "util/watched.h"

#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "util/stale.h"

namespace gitsync::util {
namespace {

FileStamp stamp_of(const std::string& path) {
  struct stat info{};
  return despite_stale([&] { return ::lstat(path.c_str(), &info); }) == 0 ? FileStamp::of(info)
                                                                          : FileStamp{};
}

// A clock that is ahead, as a file server's may be, only makes it young for longer.
std::chrono::nanoseconds age_of(const FileStamp& stamp) {
  const std::chrono::nanoseconds changed(std::max(stamp.changed, stamp.modified));
  return std::chrono::system_clock::now().time_since_epoch() - changed;
}

}  // namespace

void Watched::add(std::string path) {
  const FileStamp stamp = stamp_of(path);
  too_young_ = too_young_ || age_of(stamp) < young_;
  seen_.push_back({std::move(path), stamp});
}

void Watched::forget() {
  seen_.clear();
  too_young_ = false;
}

bool Watched::has_changed() const {
  if (seen_.empty() || too_young_) return true;
  return std::ranges::any_of(seen_,
                             [](const Seen& seen) { return stamp_of(seen.path) != seen.stamp; });
}

}  // namespace gitsync::util
