// SPDX-License-Identifier: Apache-2.0
// How the files of published snapshots are named, all in one flat place (docs/snapshots.md).
//
//   <name>.json                the pointer: which snapshot is shown, and how to get it
//   <revision>.tar.gz          all of a revision; never changes
//   <old>..<new>.tar.gz        how one revision became the next; never changes
//   <name>.tar.gz              what the pointer shows, for who reads archives under one key

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tree/revision.h"

namespace gitsync::snapshot {

inline constexpr std::string_view kPointerEnd = ".json";
inline constexpr std::string_view kArchiveEnd = ".tar.gz";

std::string archive_key(const tree::Revision& revision);
// For when that is taken by another tree of the same revision: of other settings, or damaged.
std::string archive_key(const tree::Revision& revision, std::string_view tree_sha256);
std::string delta_key(const tree::Revision& from, const tree::Revision& to);
std::string pointer_key(std::string_view name);
std::string stable_key(std::string_view name);

// The name of what is published of a ref: letters, digits, '.', '_' and '-' stay, all else becomes
// '-': "feature/x" is "feature-x", "refs/heads/main" is "main". Never empty, never begins with '.'.
std::string name_of_ref(std::string_view ref);

// Letters, digits, '.', '_' and '-' alone, and no '.' at the beginning.
bool is_plain_name(std::string_view name);

// Whether a key is such a name, of 200 bytes at most: it leads nowhere else, on no store.
bool is_key(std::string_view key);

}  // namespace gitsync::snapshot
