// SPDX-License-Identifier: Apache-2.0
// A root with trees that a TreeWriter builds from revisions in memory.

#pragma once

#include <string>

#include "support/captured_log.h"
#include "support/memory_contents.h"
#include "support/temp_dir.h"
#include "tree/tree_writer.h"

namespace gitsync::test {

class WrittenTrees {
 public:
  explicit WrittenTrees(tree::Sharing sharing = tree::Sharing::kHardLinks,
                        const std::string& root = "", std::size_t width = 1);

  // The revision of a number has these files from now on.
  void set(std::size_t number, MemoryTree files);
  MemoryContents contents(std::size_t number) const { return {history, revision_of(number)}; }

  // Builds a revision beside `base`, gives it its place and keeps it.
  util::Result<tree::Published> build(std::size_t number, const tree::Published* base = nullptr);
  // Sets the files and builds; expects that the tree then holds just them. Empty if it failed.
  tree::Published build_exactly(std::size_t number, const MemoryTree& files,
                                const tree::Published* base = nullptr);
  tree::BuildCounts counts;  // of the last build()
  std::size_t reads = 0;

  // What is in `.worktrees`, sorted, and what is in `.git/git-sync`.
  std::string trees() const;
  std::string kept() const;

  TempDir dir{TempDir::Where::kMemory};
  CapturedLog log;
  MemoryContents::History history;
  tree::TreeWriterOptions options;
  tree::TreeWriter writer;
};

}  // namespace gitsync::test
