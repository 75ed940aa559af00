// SPDX-License-Identifier: Apache-2.0
// Makes the objects that an arriving pack has as deltas, each as soon as its base is there.
//
// Two kinds wait until the pack has arrived: those whose base is not in it (it is in the repository
// then: a thin pack, gitformat-pack(5), "Deltified representation"), since the base may still come;
// and those whose base was dropped from the cache where making bases again has cost too much
// already. At the end bases are made in an order that needs each but few times.

#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "git/arrived_reader.h"
#include "git/object_hasher.h"
#include "git/pack_entry.h"
#include "git/pack_observer.h"
#include "git/waiting_deltas.h"
#include "util/error.h"

namespace gitsync::git {

// Errors name the offset of the object. kProtocol for deltas that are wrong and bases that are
// missing, those of the reader and of the observer otherwise. Thread-safety: none.
class DeltaResolver {
 public:
  // What everything here points to must outlive this; `observer` may be null.
  DeltaResolver(ReceivedObjects& objects, ArrivedReader& reader, PackWork& work,
                ObjectHasher& hasher, PackObserver* observer)
      : table_(objects.table),
        reader_(reader),
        work_(work),
        hasher_(hasher),
        observer_(observer),
        waiting_(objects.table) {}

  // An object that is no delta has come into the table. `content` is null if it is too large.
  util::Result<void> add_whole(std::uint32_t position, std::uint64_t size,
                               const SharedBase& content);
  // A delta has come into the table, waiting for nothing yet.
  util::Result<void> add_delta(std::uint32_t position, const PackEntry& entry,
                               std::string_view delta);
  // After the last object: what still waits. Borrows bases from the reader's store.
  util::Result<void> finish();

 private:
  bool may_read(std::uint32_t base) const;
  util::Result<void> apply(std::uint32_t position, const Object& base, std::string_view delta);
  util::Result<void> tell(const PackedObject& object, std::uint64_t size,
                          const SharedBase& content);
  util::Result<void> release(std::uint32_t position);
  util::Result<void> make_all(std::vector<std::uint32_t> todo);
  util::Result<void> make(std::uint32_t position);
  void take_waiting_for(std::uint32_t position, std::vector<std::uint32_t>& out);
  util::Result<void> borrow_for(std::uint32_t position);
  util::Result<void> expect_no_circle() const;

  PackTable& table_;
  ArrivedReader& reader_;
  PackWork& work_;
  ObjectHasher& hasher_;
  PackObserver* observer_;
  WaitingDeltas waiting_;
};

}  // namespace gitsync::git
