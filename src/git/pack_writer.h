// SPDX-License-Identifier: Apache-2.0
// Makes a new pack of objects that are on disk already. What is in a pack is copied as it stands
// there, compressed, and a delta stays one if its base comes along; what is loose is compressed.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "git/block_cache.h"
#include "git/deflater.h"
#include "git/object_set.h"
#include "git/object_store.h"
#include "git/pack_file.h"
#include "git/pack_index_writer.h"
#include "git/pack_layout.h"
#include "git/pack_output.h"
#include "util/event.h"

namespace gitsync::git {

// To be called in this order: begin(), copy() for each pack, add_rest(), finish().
//
// Memory: 14 bytes an object, 12 an entry of the pack that is copied, 4 MiB of buffers, and what an
// object takes that is a delta but must be whole in the new pack.
//
// Errors: those of write(2) and of ObjectStore; kCorrupt, naming the pack, for an entry that has
// another checksum than its index says. After an error the new pack is worth nothing.
// Thread-safety: none. Does not move.
class PackWriter {
 public:
  // The entries of `objects`, which is settled and has a place in a pack or in `store` for each.
  // `file` is empty, `shown` is its name. All references outlive this.
  PackWriter(ObjectStore& store, const ObjectSet& objects, int file, const std::string& shown);

  util::Result<void> begin();
  // What `pack` has of the objects and no pack before it had, in its order, bases first.
  util::Result<void> copy(const PackFile& pack, const util::Limit& limit);
  // What no pack had.
  util::Result<void> add_rest(const util::Limit& limit);
  // The name of the pack is "pack-" and this.
  util::Result<ObjectId> finish() { return out_.finish(); }

  // What its index must say, in the order of the set.
  IndexedObject entry(ObjectSet::Number number) const {
    return {.id = objects_[number], .crc = crcs_[number], .offset = offsets_[number]};
  }
  std::uint64_t size() const { return out_.offset(); }  // bytes up to now

 private:
  // An entry of the pack that is copied.
  struct Source {
    const PackFile& pack;
    const PackLayout& layout;
    std::uint64_t first;  // where the copies of this pack begin in the new one
  };
  struct Entry;

  bool is_written(ObjectSet::Number number) const { return offsets_[number] != 0; }
  util::Result<void> copy_with_bases(const Source& source, std::size_t i);
  // True if it is done; else its base must come first, and was appended to the stack.
  util::Result<bool> try_copy(const Source& source, std::vector<std::size_t>& stack);
  util::Result<std::optional<std::size_t>> base_of(const Source& source, const Entry& entry) const;
  bool may_be_delta(const Source& source, ObjectSet::Number base) const;
  util::Result<void> copy_object(const Source& source, const Entry& entry);
  util::Result<void> copy_delta(const Source& source, const Entry& entry, ObjectSet::Number base);
  util::Result<void> copy_bytes(const Source& source, const Entry& entry);
  util::Result<void> write_whole(ObjectSet::Number number);
  void written(ObjectSet::Number number, std::uint64_t offset);

  ObjectStore& store_;
  const ObjectSet& objects_;
  PackOutput out_;
  std::optional<Deflater> deflater_;
  BlockCache blocks_;
  std::vector<std::uint64_t> offsets_;  // 0: not written yet
  std::vector<std::uint32_t> crcs_;     // before: as the old pack's index has it
  std::vector<std::uint16_t> depths_;   // of its chain of deltas in the new pack
};

}  // namespace gitsync::git
