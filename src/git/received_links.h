// SPDX-License-Identifier: Apache-2.0
// Whether all that the objects of a received pack name is there: a server may leave something out
// that no tree of the tip needs, and nobody would notice before the next gc
// (docs/design.md#fetch).

#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "git/arrived_reader.h"
#include "git/object_id.h"
#include "git/pack_table.h"
#include "util/error.h"
#include "util/event.h"

namespace gitsync::git {

// What is to be looked for.
struct ExpectedLinks {
  // Of commits: their trees and parents, and what tags are of. Of trees: all entries but
  // submodules.
  enum class Of { kCommits, kCommitsAndTrees };

  Of of = Of::kCommitsAndTrees;
  // Objects of any type that must be there, too.
  std::vector<ObjectId> wanted = {};
  // Commits whose parents need not be there, sorted.
  std::vector<ObjectId> edge = {};
  // Whether the repository has an object that the pack has not. What is there is taken to have all
  // that it names.
  std::function<util::Result<bool>(const ObjectId&)> has;
};

// Looks at the first `count` objects of the pack, all of which are whole. All but blobs are read
// once more. Errors: kNotFound, naming an object that is missing and the one that names it;
// kNotUnderstood for an object that is odd or too large, which git may take all the same; those of
// the reader, of `has` and of the limit. Memory: 80 KiB beside that of the reader.
util::Result<void> check_links(const PackTable& table, std::uint32_t count, ArrivedReader& reader,
                               const ExpectedLinks& links, const util::Limit& limit);

}  // namespace gitsync::git
