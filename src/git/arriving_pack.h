// SPDX-License-Identifier: Apache-2.0
// The objects of a pack for who builds from them while it arrives: what is not there yet is waited
// for, what came lately is in memory, and the rest is read back from the file.

#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <unordered_map>

#include "git/arrived_reader.h"
#include "git/object_store.h"
#include "git/pack_observer.h"
#include "git/pack_reader.h"
#include "git/pack_work.h"
#include "git/received_objects.h"
#include "git/seeded_id_hash.h"
#include "util/error.h"
#include "util/event.h"
#include "util/mutex.h"

namespace gitsync::git {

struct ArrivingPackOptions {
  // Of objects that have arrived and were not read yet.
  std::size_t unread = std::size_t{4} << 20;  // bytes
  // For reading back, in the thread that builds.
  PackBudgets budgets;
  // Where the bases of a thin pack are. Used by the thread that builds alone: not the store that
  // the receiver has. May be null.
  ObjectStore* store = nullptr;
};

// Two threads share it: one feeds the PackReceiver whose observer this is, the other reads.
//
// The first is held up in feed() when `unread` is full, until half of it is free, unless the other
// waits for an object that has not arrived: then the oldest ones are dropped, to be read back if
// they are wanted. So neither waits while the other does. Whoever reads must say when it reads no
// more. Who waits is woken at the end of a piece of the stream, not for each object, for that would
// cost more than the object does.
//
// Memory: `unread` and `budgets`, and one object. Errors: kNotFound for an object that was not in
// the pack when it ended; what ended the pack, if that was an error; kStopped and kTimeout; those
// of reading back. Must outlive the receiver.
class ArrivingPack final : public PackObserver {
 public:
  explicit ArrivingPack(ArrivingPackOptions options = {}) : options_(options) {}

  // For the thread that builds:

  // A whole object; one that is larger than budgets.delta is kNotUnderstood, and to be streamed.
  util::Result<SharedBase> read(const ObjectId& id, const util::Limit& limit);
  // An object of any size in pieces; one that is in memory or is a delta comes as one.
  util::Result<void> stream(const ObjectId& id, const ObjectSink& sink, const util::Limit& limit);
  // The object that has been there for longest and was not read, or the next one that arrives;
  // nothing when no more come. Those that are too large for memory, and those dropped, are not
  // among them.
  struct Arrived {
    ObjectId id;
    SharedBase content;
  };
  util::Result<std::optional<Arrived>> next(const util::Limit& limit);
  // The object `id`, or one that has been there for longer and was not read: so that nothing has to
  // be dropped while something is waited for.
  struct Come {
    SharedBase wanted;  // null: it is another one
    std::optional<Arrived> other;
  };
  util::Result<Come> read_or_next(const ObjectId& id, const util::Limit& limit);
  // From now on the receiver is not held up any more, and nothing is kept for reading.
  void no_more_reads();

  // For the receiver:

  void started(std::shared_ptr<const ReceivedObjects> objects) override;
  util::Result<void> arrived(const ArrivedObject& object, const util::Limit& limit) override;
  void paused() override;
  void ended(const util::Error* error) override;

 private:
  // In memory, or at a position of the pack.
  struct Found {
    SharedBase content;
    std::uint32_t position = kNoPosition;
  };

  util::Result<Found> wait_for(const ObjectId& id, const util::Limit& limit);
  util::Result<std::optional<Found>> find(const ObjectId& id) GITSYNC_REQUIRES(mutex_);
  SharedBase take(const ObjectId& id) GITSYNC_REQUIRES(mutex_);
  std::optional<Arrived> take_oldest() GITSYNC_REQUIRES(mutex_);
  void drop_oldest() GITSYNC_REQUIRES(mutex_);
  bool has_room(std::size_t most) GITSYNC_REQUIRES(mutex_);
  void let_go_on() GITSYNC_REQUIRES(mutex_);
  void wake_builder() GITSYNC_REQUIRES(mutex_);
  util::Result<ArrivedReader*> reader(const util::Limit& limit);

  ArrivingPackOptions options_;
  util::Event came_;  // for the builder: what it waits for, or the end
  util::Event room_;  // for the receiver

  util::Mutex mutex_;
  std::shared_ptr<const ReceivedObjects> objects_ GITSYNC_GUARDED_BY(mutex_);
  std::list<Arrived> unread_ GITSYNC_GUARDED_BY(mutex_);  // the oldest one first
  std::unordered_map<ObjectId, std::list<Arrived>::iterator, SeededIdHash> places_
      GITSYNC_GUARDED_BY(mutex_);
  std::size_t size_ GITSYNC_GUARDED_BY(mutex_) = 0;            // bytes of `unread_`
  std::optional<ObjectId> wanted_ GITSYNC_GUARDED_BY(mutex_);  // what the builder waits for
  bool wants_any_ GITSYNC_GUARDED_BY(mutex_) = false;          // whatever comes
  bool has_come_ GITSYNC_GUARDED_BY(mutex_) = false;           // it, and the builder sleeps still
  bool is_held_up_ GITSYNC_GUARDED_BY(mutex_) = false;         // the receiver
  bool reads_ GITSYNC_GUARDED_BY(mutex_) = true;
  bool ended_ GITSYNC_GUARDED_BY(mutex_) = false;
  std::optional<util::Error> error_ GITSYNC_GUARDED_BY(mutex_);

  // Of the thread that builds.
  PackWork work_{kAnything};
  std::optional<ArrivedReader> reader_;

  static constexpr PackBounds kAnything{.made = ~std::uint64_t{0}};
};

}  // namespace gitsync::git
