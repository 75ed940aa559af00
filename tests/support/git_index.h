// SPDX-License-Identifier: Apache-2.0
// Index files for tests: written from a commit and the files that are checked out, and read.

#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "git/index_entry.h"
#include "git/index_reader.h"
#include "support/git_fixture.h"

namespace gitsync::test {

using IndexId = std::array<std::byte, git::kIndexIdBytes>;

// From 40 hex digits.
IndexId index_id(std::string_view hex);

// The whole standard output of a git that succeeds.
std::string whole_output(const GitFixture& fixture, const std::string& repo,
                         const std::vector<std::string>& args, const std::string& input = "");

// Replaces the index of `repo` by one of ours for HEAD, with the stat data of the files that are
// there (those of gitlinks zero).
void write_index_of_head(const GitFixture& fixture, const std::string& repo,
                         std::optional<timespec> as_of = std::nullopt);

// As `git ls-files --stage -z` shows it, followed by flags that are set.
std::string shown_entry(const git::IndexEntry& entry);

struct ReadIndex {
  git::IndexInfo info;
  std::string shown;  // one after the other, each ended by NUL
};
// Of a file's content.
util::Result<ReadIndex> read_index(std::string_view bytes);

}  // namespace gitsync::test
