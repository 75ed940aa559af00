// SPDX-License-Identifier: Apache-2.0
// The objects of a pack that is arriving, for who builds a tree of them: blobs are handed over when
// they come, trees are kept for as long as somebody asks for them.

#pragma once

#include <cstddef>
#include <functional>
#include <string_view>
#include <unordered_map>

#include "git/arriving_pack.h"
#include "git/object_reader.h"
#include "git/seeded_id_hash.h"
#include "util/event.h"

namespace gitsync::source {

// Memory: 4 MiB of trees. Thread-safety: none; belongs to the thread that builds.
class ArrivingObjects final : public git::ObjectReader {
 public:
  using BlobSink = std::function<util::Result<void>(const git::ObjectId&, std::string_view)>;

  // All outlive this. Waits under `limit`.
  ArrivingObjects(git::ArrivingPack& pack, const util::Limit& limit) : pack_(pack), limit_(limit) {}

  // Where blobs go from now on, as they come: in read(), while it waits for something else, and in
  // take_all(). Those that are too large for memory do not; they can be streamed at the end.
  void on_blob(BlobSink sink) { sink_ = std::move(sink); }
  // Until no more come.
  util::Result<void> take_all();

  using ObjectReader::read;
  util::Result<git::Object> read(const git::ObjectId& id, std::size_t limit) override;
  util::Result<void> stream(const git::ObjectId& id, const git::ObjectSink& sink) override;

 private:
  util::Result<git::SharedBase> wait_for(const git::ObjectId& id);
  util::Result<void> take(const git::ArrivingPack::Arrived& object);
  void keep(const git::ObjectId& id, const git::SharedBase& object);

  git::ArrivingPack& pack_;
  const util::Limit& limit_;
  BlobSink sink_;
  std::unordered_map<git::ObjectId, git::SharedBase, git::SeededIdHash> kept_;
  std::size_t kept_bytes_ = 0;
};

}  // namespace gitsync::source
