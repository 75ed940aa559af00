// SPDX-License-Identifier: Apache-2.0
// Makes objects of what has arrived of a pack, by pread(2). pack_reader.h is for packs with an
// index.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "git/delta_base_cache.h"
#include "git/inflate.h"
#include "git/object_store.h"
#include "git/pack_reader.h"
#include "git/pack_work.h"
#include "git/received_objects.h"
#include "git/whole_inflater.h"
#include "util/error.h"

namespace gitsync::git {

// Errors: kCorrupt, naming file and offset; kNotUnderstood past a budget; those of the work.
// Memory: budgets.base_cache, and while a delta is applied budgets.delta twice at most.
// Move-only. Thread-safety: none; each thread has its own.
class ArrivedReader {
 public:
  // `work` bounds what is made and must outlive this, as must `store`, which has the bases that a
  // thin pack lacks; it may be null.
  static util::Result<ArrivedReader> create(std::shared_ptr<const ReceivedObjects> objects,
                                            PackBudgets budgets, PackWork& work,
                                            ObjectStore* store);

  // The object at a position, which is whole, or a borrowed one; kNotFound if the store lacks that.
  // No recursion, however long the chain of deltas is.
  util::Result<SharedBase> read(std::uint32_t place);
  // What read() gives at once, or null.
  SharedBase cached(std::uint32_t place);
  // An object that is likely to be read next.
  void keep(std::uint32_t place, const SharedBase& object);

  // What stands in the entry, inflated: of a delta the delta itself.
  util::Result<std::string> inflate(std::uint32_t position);
  // Applies the delta; the result is bounded by the budget. Errors do not name the offset.
  util::Result<std::string> apply(std::string_view base, std::string_view delta);
  bool is_delta(std::uint32_t position) const {
    return objects_->table.at(position).base != kNoPosition;
  }
  // The bytes of an object that is no delta in pieces, however large it is.
  util::Result<void> stream(std::uint32_t position, const ObjectSink& sink);

  // Bytes that were made here because they were in no cache.
  std::uint64_t made_again() const { return made_again_; }

 private:
  // From a place of the file to the end of an entry.
  class Source final : public ByteSource {
   public:
    Source(const ReceivedObjects& objects, std::uint64_t offset, std::uint64_t end);
    util::Result<std::string_view> next() override;

   private:
    const ReceivedObjects& objects_;
    std::uint64_t offset_;
    std::uint64_t end_;
    std::vector<char> buffer_;
  };
  struct Entry {
    PackEntry head;
    std::string_view start;    // of the compressed bytes, valid until the next call
    std::uint64_t offset = 0;  // where these begin
    std::uint64_t end = 0;
  };

  ArrivedReader(std::shared_ptr<const ReceivedObjects> objects, PackBudgets budgets, PackWork& work,
                ObjectStore* store, WholeInflater whole, Inflater inflater)
      : objects_(std::move(objects)),
        budgets_(budgets),
        work_(&work),
        store_(store),
        whole_(std::move(whole)),
        inflater_(std::move(inflater)),
        bases_(budgets.base_cache) {}
  util::Result<Entry> entry(std::uint32_t position);
  util::Result<std::string> inflate(const Entry& entry, std::uint32_t position);
  util::Result<SharedBase> root(std::uint32_t place);
  util::Error at_offset(util::Error error, std::uint64_t offset) const;

  std::shared_ptr<const ReceivedObjects> objects_;
  PackBudgets budgets_;
  PackWork* work_;
  ObjectStore* store_;
  WholeInflater whole_;
  Inflater inflater_;
  DeltaBaseCache bases_;
  // The last one, however large: a chain needs it next.
  std::uint32_t last_place_ = kNoPosition;
  SharedBase last_;
  std::vector<char> raw_;
  std::uint64_t made_again_ = 0;
};

}  // namespace gitsync::git
