// SPDX-License-Identifier: Apache-2.0
// Makes objects of what stands in packs: inflates them and follows their chains of deltas.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "git/block_cache.h"
#include "git/delta_base_cache.h"
#include "git/inflate.h"
#include "git/object.h"
#include "git/pack_file.h"
#include "util/error.h"

namespace gitsync::git {

struct PackBudgets {
  // Of bases that are kept for other objects.
  std::size_t base_cache = std::size_t{2} << 20;  // bytes
  // Of an object that is a delta and its base together, and of the delta itself. What needs more is
  // kNotUnderstood, and git's to read.
  std::size_t delta = std::size_t{32} << 20;  // bytes
};

// Nothing here is verified against an id. Errors: kCorrupt, naming the pack; kNotUnderstood past a
// bound. Thread-safety: none. Does not move, since it points to its own parts.
class PackReader {
 public:
  // `inflater` may be shared with others that read in turn, and must outlive this.
  PackReader(Inflater& inflater, PackBudgets budgets)
      : inflater_(inflater), budgets_(budgets), bases_(budgets.base_cache) {}
  PackReader(const PackReader&) = delete;
  PackReader& operator=(const PackReader&) = delete;

  // The object at `offset`, of `limit` bytes at most. No recursion, however long the chain is.
  util::Result<Object> read(const PackFile& pack, std::uint64_t offset, std::size_t limit);
  // Type and size, for which a delta is not applied.
  util::Result<ObjectInfo> info(const PackFile& pack, std::uint64_t offset);
  // Makes the inflater ready for the bytes of an object that is no delta; nothing if it is one.
  util::Result<std::optional<ObjectInfo>> begin(const PackFile& pack, std::uint64_t offset);

 private:
  class Source final : public ByteSource {
   public:
    Source(BlockFile file, std::uint64_t offset, BlockCache& blocks)
        : file_(file), offset_(offset), blocks_(blocks) {}
    util::Result<std::string_view> next() override;

   private:
    BlockFile file_;
    std::uint64_t offset_;
    BlockCache& blocks_;
  };

  struct Place {
    std::uint64_t offset = 0;  // of the entry
    PackEntry entry;
  };
  // From an object to what it is made of.
  struct Chain {
    std::vector<Place> deltas;  // the object's own comes first
    Place root;                 // what is no delta; its entry is empty if `cached` is there
    SharedBase cached;
  };

  util::Result<Chain> follow(const PackFile& pack, std::uint64_t offset);
  util::Result<std::uint64_t> base_of(const PackFile& pack, const Place& delta) const;
  void start(const PackFile& pack, const Place& place);
  util::Result<std::string> inflate(const PackFile& pack, const Place& place, std::size_t limit);
  util::Result<SharedBase> root_of(const PackFile& pack, const Chain& chain);
  util::Result<Object> apply(const PackFile& pack, const Object& base, const Place& delta,
                             std::size_t limit);

  Inflater& inflater_;
  PackBudgets budgets_;
  BlockCache blocks_;
  DeltaBaseCache bases_;
  std::optional<Source> source_;  // of what is being inflated
};

}  // namespace gitsync::git
