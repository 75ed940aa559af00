// SPDX-License-Identifier: Apache-2.0
// How much of the store nobody needs any more, by a cheap estimate: whether collecting it is worth
// the work (docs/design.md#publish-and-retire).

#pragma once

#include <cstdint>
#include <optional>

#include "log/logger.h"
#include "tree/layout.h"
#include "util/error.h"

namespace gitsync::source {

// Thread-safety: none; belongs to the loop of one repository, under the root's turn.
class Garbage {
 public:
  Garbage(tree::Layout layout, log::Logger logger);

  // A commit was built that leaves `dead` bytes of the one before it unused; a tree holds `live`
  // bytes now. Bytes of files, of which a store needs at most as many.
  void note(std::uint64_t dead, std::uint64_t live);
  // Nothing is known any more.
  void forget();
  // Whether more than half a MiB, and a quarter of what is in use, may be garbage; whether there
  // are more than 20 packs; or whether nothing is known of the store.
  bool is_worth_it() const;
  // All of it has gone.
  void collected();

 private:
  bool has_many_packs() const;
  void save() const;

  const tree::Layout layout_;
  const log::Logger log_;
  std::optional<std::uint64_t> dead_;  // nothing: unknown
  std::uint64_t live_ = 0;
};

}  // namespace gitsync::source
