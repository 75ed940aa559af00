// SPDX-License-Identifier: Apache-2.0
// Trees that a TreeWriter has made, and a folder in which they are published.

#pragma once

#include <memory>
#include <string>

#include "snapshot/folder_depot.h"
#include "snapshot/pointer_target.h"
#include "support/written_trees.h"

namespace gitsync::snapshot {

class SnapshotFixture {
 public:
  static constexpr std::chrono::sys_seconds kTime{std::chrono::seconds(1700000000)};

  tree::Published build(std::size_t number, const test::MemoryTree& files) {
    const auto tree = trees.build_exactly(number, files, last.revision ? &last : nullptr);
    last = tree;
    return tree;
  }
  Item item(const tree::Published& tree) const {
    return {.revision = *tree.revision,
            .lease = leases->take(tree.tree),
            .time = kTime,
            .author = "Ada",
            .subject = "a change"};
  }

  test::WrittenTrees trees{tree::Sharing::kNone};
  test::TempDir place;
  std::shared_ptr<tree::Leases> leases = std::make_shared<tree::Leases>();
  Archives archives{trees.options.layout};
  tree::Published last;
};

}  // namespace gitsync::snapshot
