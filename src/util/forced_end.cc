// SPDX-License-Identifier: Apache-2.0
#include "util/forced_end.h"

#include <utility>

namespace gitsync::util {

struct ForcedEnd::Duties {
  std::mutex mutex;
  std::list<Duty> list;  // guarded by mutex; the latest first
};

ForcedEnd::ForcedEnd() : duties_(std::make_shared<Duties>()) {}

ForcedEnd::Registration ForcedEnd::add(Duty duty) {
  Registration registration;
  const std::lock_guard guard(duties_->mutex);
  duties_->list.push_front(std::move(duty));
  registration.duties_ = duties_;
  registration.duty_ = duties_->list.begin();
  return registration;
}

void ForcedEnd::run() {
  const std::lock_guard guard(duties_->mutex);
  for (const auto& duty : duties_->list) duty();
}

void ForcedEnd::Registration::reset() {
  const auto duties = std::exchange(duties_, nullptr);
  if (!duties) return;
  const std::lock_guard guard(duties->mutex);
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
