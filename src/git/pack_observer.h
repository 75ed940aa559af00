// SPDX-License-Identifier: Apache-2.0
// Who is told of the objects of a pack while it arrives, so that files can be written before its
// end.

#pragma once

#include <cstdint>
#include <memory>

#include "git/delta_base_cache.h"
#include "git/object.h"
#include "git/object_id.h"
#include "git/received_objects.h"
#include "util/error.h"
#include "util/event.h"

namespace gitsync::git {

struct ArrivedObject {
  ObjectId id;
  ObjectType type = ObjectType::kBlob;
  std::uint64_t size = 0;  // bytes
  // Whole, shared with the cache of bases. Null if it is larger than what is kept in memory.
  SharedBase content;
};

// Every call comes from the thread that feeds the PackReceiver.
class PackObserver {
 public:
  virtual ~PackObserver() = default;

  // First of all. `objects` is what the pack is read back by while it arrives.
  virtual void started(std::shared_ptr<const ReceivedObjects> objects) = 0;
  // An object is complete, verified and in the file. It may wait, under `limit`; an error ends the
  // pack.
  virtual util::Result<void> arrived(const ArrivedObject& object, const util::Limit& limit) = 0;
  // All that was fed has been told. More may come, at any time.
  virtual void paused() {}
  // Last of all, exactly once: all objects have arrived, or (`error` is not null) no more come.
  virtual void ended(const util::Error* error) = 0;
};

}  // namespace gitsync::git
