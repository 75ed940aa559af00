// SPDX-License-Identifier: Apache-2.0
#include "util/forced_end.h"

#include <utility>

#include "util/mutex.h"

namespace gitsync::util {

struct ForcedEnd::Duties {
  Mutex mutex;
  std::list<Duty> list GITSYNC_GUARDED_BY(mutex);  // the latest first
};

ForcedEnd::ForcedEnd() : duties_(std::make_shared<Duties>()) {}

ForcedEnd::Registration ForcedEnd::add(Duty duty) {
  Registration registration;
  const MutexLock guard(duties_->mutex);
  duties_->list.push_front(std::move(duty));
  registration.duties_ = duties_;
  registration.duty_ = duties_->list.begin();
  return registration;
}

void ForcedEnd::run() {
  const MutexLock guard(duties_->mutex);
  for (const auto& duty : duties_->list) duty();
}

void ForcedEnd::Registration::reset() {
  const auto duties = std::exchange(duties_, nullptr);
  if (!duties) return;
  const MutexLock guard(duties->mutex);
  duties->list.erase(duty_);
}

ForcedEnd::Registration& ForcedEnd::Registration::operator=(Registration&& other) noexcept {
  if (this != &other) {
    reset();
    duties_ = std::exchange(other.duties_, nullptr);
    duty_ = other.duty_;
  }
  return *this;
}

}  // namespace gitsync::util
