// SPDX-License-Identifier: Apache-2.0
// The pointer: the small document that readers poll. It is written last, so what it names is there.
//
// Format (ours; docs/snapshots.md#the-pointer): a JSON object. Readers ignore members that they do
// not know; another "format" than 1 is refused.

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "tree/revision.h"
#include "util/error.h"

namespace gitsync::snapshot {

// A file beside the pointer.
struct StoredFile {
  std::string key;     // see is_key() of names.h
  std::string sha256;  // of its bytes, 64 lower-case hex digits
  std::uint64_t size = 0;
};

// One step from a revision to the next.
struct Step {
  tree::Revision from;
  tree::Revision to;
  StoredFile file;
};

// A snapshot that was shown before, and what is still kept of it.
struct Superseded {
  tree::Revision revision;
  std::chrono::sys_seconds at;     // when it was superseded
  std::vector<std::string> files;  // keys that go with it: its archive, and steps from it
};

struct Pointer {
  tree::Revision revision;
  std::string source;  // what was published: an address without credentials
  std::string ref;
  std::chrono::sys_seconds time = {};  // of the commit
  std::string author;
  std::string subject;
  StoredFile archive;
  // Of the files in the tree, see tree_digest.h; tells whether steps have led to the right tree.
  std::string tree_sha256;
  std::uint64_t files = 0;
  std::vector<Step> steps;             // oldest first; the last one leads to `revision`
  std::vector<Superseded> superseded;  // oldest first
};

inline constexpr std::size_t kMostPointerBytes = std::size_t{1} << 20;
// More steps than this are not written, nor followed.
inline constexpr std::size_t kMostSteps = 32;
inline constexpr std::size_t kMostSuperseded = 1000;
// Each can have.
inline constexpr std::size_t kMostFiles = 16;

// What parse_pointer() reads: texts that are no UTF-8 are made so, author and subject cut to 1 KiB,
// times after the year 9999 are the last of it.
std::string to_json(const Pointer& pointer);

// Errors: kProtocol for what is no pointer, with the member that is wrong.
util::Result<Pointer> parse_pointer(std::string_view text);

}  // namespace gitsync::snapshot
