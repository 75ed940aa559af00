// SPDX-License-Identifier: Apache-2.0
#include "git/arriving_pack.h"

#include <array>
#include <span>
#include <utility>

namespace gitsync::git {

using util::MutexLock;
using util::Result;

namespace {

// What an entry costs besides its bytes, so that very small objects are bounded too.
constexpr std::size_t kOverhead = 250;

std::size_t cost_of(const Object& object) { return object.bytes.capacity() + kOverhead; }

// Until `event` is set, or an error by the limit. The event is consumed.
Result<void> wait(const util::Event& event, const util::Limit& limit) {
  const std::array<const util::Event*, 2> events{&event, limit.stop};
  const std::size_t count = limit.stop == nullptr ? 1 : 2;
  util::wait_for_any(std::span(events).first(count), limit.deadline);
  if (event.consume()) return {};
  return limit.check();
}

}  // namespace

void ArrivingPack::started(std::shared_ptr<const ReceivedObjects> objects) {
  const MutexLock lock(mutex_);
  objects_ = std::move(objects);
}

void ArrivingPack::ended(const util::Error* error) {
  const MutexLock lock(mutex_);
  if (std::exchange(ended_, true)) return;
  if (error != nullptr) error_ = *error;
  came_.set();
}

void ArrivingPack::no_more_reads() {
  const MutexLock lock(mutex_);
  reads_ = false;
  wanted_.reset();
  unread_.clear();
  places_.clear();
  size_ = 0;
  room_.set();
}

SharedBase ArrivingPack::take(const ObjectId& id) {
  const auto found = places_.find(id);
  if (found == places_.end()) return nullptr;
  auto content = std::move(found->second->content);
  size_ -= cost_of(*content);
  unread_.erase(found->second);
  places_.erase(found);
  return content;
}

void ArrivingPack::drop_oldest() { (void)take(unread_.front().id); }

// Makes room by dropping if the builder waits, for it does not read what is here.
bool ArrivingPack::has_room(std::size_t most) {
  while (wanted_ && size_ > options_.unread) drop_oldest();
  return wanted_ || size_ <= most;
}

void ArrivingPack::let_go_on() {
  if (is_held_up_ && size_ <= options_.unread / 2) room_.set();
}

void ArrivingPack::wake_builder() {
  if (std::exchange(has_come_, false)) came_.set();
}

void ArrivingPack::paused() {
  const MutexLock lock(mutex_);
  wake_builder();
}

Result<void> ArrivingPack::arrived(const ArrivedObject& object, const util::Limit& limit) {
  {
    const MutexLock lock(mutex_);
    if (!reads_) return {};
    const bool is_wanted = wanted_ == object.id;
    if (object.content && (is_wanted || cost_of(*object.content) <= options_.unread / 2) &&
        !places_.contains(object.id)) {
      unread_.push_back({.id = object.id, .content = object.content});
      places_.emplace(object.id, std::prev(unread_.end()));
      size_ += cost_of(*object.content);
    }
    if (is_wanted || wants_any_) {
      wanted_.reset();
      wants_any_ = false;
      has_come_ = true;
    }
  }
  for (std::size_t most = options_.unread;; most = options_.unread / 2) {
    {
      const MutexLock lock(mutex_);
      is_held_up_ = !has_room(most);
      if (!is_held_up_) return {};
      wake_builder();
    }
    GS_TRY_VOID(wait(room_, limit));
  }
}

Result<std::optional<ArrivingPack::Found>> ArrivingPack::find(const ObjectId& id) {
  if (auto content = take(id)) {
    let_go_on();
    return Found{.content = std::move(content)};
  }
  if (objects_) {
    if (const auto position = objects_->table.find(id)) return Found{.position = *position};
  }
  if (!ended_) return std::nullopt;
  if (error_) return util::fail(*error_);
  return util::fail(util::ErrorKind::kNotFound, "object " + id.hex() + " is not in the pack");
}

Result<ArrivingPack::Found> ArrivingPack::wait_for(const ObjectId& id, const util::Limit& limit) {
  while (true) {
    {
      const MutexLock lock(mutex_);
      wanted_.reset();
      GS_TRY(auto found, find(id));
      if (found) return std::move(*found);
      GS_TRY_VOID(limit.check());
      wanted_ = id;
      if (is_held_up_) room_.set();
    }
    const auto waited = wait(came_, limit);
    if (waited) continue;
    const MutexLock lock(mutex_);
    wanted_.reset();
    return util::fail(waited.error());
  }
}

std::optional<ArrivingPack::Arrived> ArrivingPack::take_oldest() {
  if (unread_.empty()) return std::nullopt;
  Arrived oldest{.id = unread_.front().id, .content = nullptr};
  oldest.content = take(oldest.id);
  let_go_on();
  return oldest;
}

Result<ArrivingPack::Come> ArrivingPack::read_or_next(const ObjectId& id,
                                                      const util::Limit& limit) {
  while (true) {
    std::optional<Found> found;
    {
      const MutexLock lock(mutex_);
      wants_any_ = false;
      if (auto content = take(id)) {
        let_go_on();
        return Come{.wanted = std::move(content), .other = {}};
      }
      if (auto oldest = take_oldest()) return Come{.wanted = nullptr, .other = std::move(oldest)};
      GS_TRY(found, find(id));
      if (!found) wants_any_ = true;
      let_go_on();
    }
    if (!found) {
      GS_TRY_VOID(wait(came_, limit));
      continue;
    }
    GS_TRY(auto* const back, reader(limit));
    GS_TRY(auto content, back->read(found->position));
    return Come{.wanted = std::move(content), .other = {}};
  }
}

Result<std::optional<ArrivingPack::Arrived>> ArrivingPack::next(const util::Limit& limit) {
  while (true) {
    {
      const MutexLock lock(mutex_);
      wants_any_ = false;
      if (auto oldest = take_oldest()) return oldest;
      if (error_) return util::fail(*error_);
      if (ended_) return std::nullopt;
      wants_any_ = true;
      let_go_on();
    }
    GS_TRY_VOID(wait(came_, limit));
  }
}

Result<ArrivedReader*> ArrivingPack::reader(const util::Limit& limit) {
  work_.begin(limit);
  if (!reader_) {
    std::shared_ptr<const ReceivedObjects> objects;
    {
      const MutexLock lock(mutex_);
      objects = objects_;
    }
    GS_TRY(reader_,
           ArrivedReader::create(std::move(objects), options_.budgets, work_, options_.store));
  }
  return &*reader_;
}

Result<SharedBase> ArrivingPack::read(const ObjectId& id, const util::Limit& limit) {
  GS_TRY(auto found, wait_for(id, limit));
  if (found.content) return std::move(found.content);
  GS_TRY(auto* const back, reader(limit));
  return back->read(found.position);
}

Result<void> ArrivingPack::stream(const ObjectId& id, const ObjectSink& sink,
                                  const util::Limit& limit) {
  GS_TRY(auto found, wait_for(id, limit));
  if (!found.content) {
    GS_TRY(auto* const back, reader(limit));
    const bool is_delta = back->is_delta(found.position);
    if (!is_delta) return back->stream(found.position, sink);
    GS_TRY(found.content, back->read(found.position));
  }
  const Object& object = *found.content;
  if (sink.begin) GS_TRY_VOID(sink.begin({.type = object.type, .size = object.bytes.size()}));
  return object.bytes.empty() ? Result<void>{} : sink.write(object.bytes);
}

}  // namespace gitsync::git
