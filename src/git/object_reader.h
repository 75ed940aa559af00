// SPDX-License-Identifier: Apache-2.0
// What gives objects by their ids: a repository on disk, or a pack that is still arriving.

#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

#include "git/object.h"
#include "git/object_id.h"
#include "util/error.h"

namespace gitsync::git {

// Where a streamed object goes. What either returns as an error ends the stream with it.
struct ObjectSink {
  // Before the first byte; may be empty.
  std::function<util::Result<void>(const ObjectInfo&)> begin = {};
  // Pieces in their order, each valid during the call; none for an object of no bytes.
  std::function<util::Result<void>(std::string_view)> write;
};

// The empty tree is always there, as it is for git. Thread-safety: none.
class ObjectReader {
 public:
  virtual ~ObjectReader() = default;

  // A whole object of `limit` bytes at most; a larger one is kNotUnderstood.
  virtual util::Result<Object> read(const ObjectId& id, std::size_t limit) = 0;
  // The same, and kCorrupt if it is of another type.
  util::Result<std::string> read(const ObjectId& id, ObjectType type, std::size_t limit);
  // An object of any size in pieces, of which a delta comes as one. That it is the right one is
  // known at the end only: after an error all pieces count for nothing.
  virtual util::Result<void> stream(const ObjectId& id, const ObjectSink& sink) = 0;

 protected:
  ObjectReader() = default;
  ObjectReader(const ObjectReader&) = default;
  ObjectReader& operator=(const ObjectReader&) = default;
  ObjectReader(ObjectReader&&) = default;
  ObjectReader& operator=(ObjectReader&&) = default;
};

}  // namespace gitsync::git
