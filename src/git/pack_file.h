// SPDX-License-Identifier: Apache-2.0
// A pack and its index, open: where objects are in it and what stands there
// (gitformat-pack(5)). pack_reader.h makes objects of that.

#pragma once

#include <cstdint>
#include <ctime>
#include <optional>
#include <string>

#include "git/block_cache.h"
#include "git/pack_entry.h"
#include "git/pack_index.h"
#include "util/error.h"
#include "util/fd.h"

namespace gitsync::git {

// Both files stay open, so that objects can be read when a gc has removed them. Move-only.
// Thread-safety: const operations may run in several threads at once, each with its own BlockCache.
class PackFile {
 public:
  // `name`: of both files in `directory`, without .pack and .idx. `number`: unlike those of all
  // other packs that are read through the same caches.
  // Errors: kNotFound if one is not there (any more); kCorrupt if they do not belong together.
  static util::Result<PackFile> open(int directory, const std::string& name,
                                     const std::string& shown, std::uint64_t number);

  const std::string& name() const { return name_; }
  const std::string& shown() const { return shown_; }
  std::uint64_t number() const { return number_; }
  timespec modified() const { return modified_; }
  const PackIndex& index() const { return index_; }

  // Where an object begins, or nothing.
  util::Result<std::optional<std::uint64_t>> find(const ObjectId& id) const;
  // What begins at `offset`. kCorrupt if no entry can begin there.
  util::Result<PackEntry> entry(std::uint64_t offset, BlockCache& blocks) const;
  // Up to the checksum at the end, which belongs to no entry.
  BlockFile content() const;

 private:
  PackFile(PackIndex index, util::Fd fd, std::string name, std::string shown,
           std::uint64_t number) noexcept
      : index_(std::move(index)),
        fd_(std::move(fd)),
        name_(std::move(name)),
        shown_(std::move(shown)),
        number_(number) {}
  util::Result<void> check();

  PackIndex index_;
  util::Fd fd_;
  std::string name_;
  std::string shown_;  // the path of the .pack
  std::uint64_t number_;
  std::uint64_t end_ = 0;  // where the checksum begins
  timespec modified_{};
};

}  // namespace gitsync::git
