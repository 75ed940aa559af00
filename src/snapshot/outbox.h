// SPDX-License-Identifier: Apache-2.0
// What is to be published next: put in by the loop after a flip, taken by the thread of a target.

#pragma once

#include <memory>
#include <string>
#include <utility>

#include "snapshot/archives.h"
#include "util/mutex.h"

namespace gitsync::snapshot {

// Holds the latest item alone, with the lease of its tree. Thread-safety: all members.
class Outbox {
 public:
  void put(std::shared_ptr<const Item> item) {
    const util::MutexLock lock(mutex_);
    item_.swap(item);
  }
  // Null if there was none yet, or if it is of another revision by now.
  std::shared_ptr<const Item> of(const std::string& revision) const {
    const util::MutexLock lock(mutex_);
    return item_ && item_->revision.id == revision ? item_ : nullptr;
  }
  // It is published: its tree may go.
  void done(const std::shared_ptr<const Item>& item) {
    const util::MutexLock lock(mutex_);
    if (item_ == item) item_.reset();
  }

 private:
  mutable util::Mutex mutex_;
  std::shared_ptr<const Item> item_ GITSYNC_GUARDED_BY(mutex_);
};

}  // namespace gitsync::snapshot
