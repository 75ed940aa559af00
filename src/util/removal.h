// SPDX-License-Identifier: Apache-2.0
// Removals that must not stand in the way: what cannot be removed moves aside, out of its name,
// and is tried again later.

#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "util/error.h"
#include "util/event.h"
#include "util/folder.h"

namespace gitsync::util {

// How remove_or_set_aside() made the name free.
struct Removal {
  // What could not be removed and why, with a hint that names path and owner; nothing if all went.
  std::optional<Error> trouble;
  // Where the rest is now, for people; empty if all went.
  std::string aside;

  bool removed() const noexcept { return !trouble; }
};

// Prefix of the names that remove_or_set_aside() gives in `parent` itself.
inline constexpr std::string_view kAsidePrefix = ".aside.";

// Removes the entry `name` of `parent`, a tree or anything else, or at least its name: what is
// left of it becomes "<aside>/<name>.<random>". A directory that we do not own cannot move to
// another one (its ".." would change); it becomes "<parent>/.aside.<name>.<random>".
// `aside` is on the same file system, and neither in the entry nor the entry itself.
//
// Errors: the name is still taken, since the parent does not allow a rename or because something
// is mounted on the entry (the first error of the removal, with its hint); or `limit` ended it
// (kStopped, kTimeout), with a part removed.
Result<Removal> remove_or_set_aside(const Folder& parent, std::string_view name,
                                    const Folder& aside, const Limit& limit = {});

struct RetryOptions {
  // Only entries whose name begins so.
  std::string_view prefix = {};
  // Entries tried in one call, from a random one on, so that each has its turn.
  std::size_t entries = 16;
  // Failures in one entry until the next one is tried.
  std::size_t failures = 64;
  Limit limit = {};
};

struct Retried {
  std::size_t removed = 0;
  std::size_t left = 0;  // of those that were tried
  std::optional<Error> trouble = {};
};

// Tries again to remove what was set aside in `folder`. Errors: the folder cannot be read, or the
// limit ended it; whatever still cannot be removed is in the value.
Result<Retried> retry_removals(const Folder& folder, const RetryOptions& options = {});

}  // namespace gitsync::util
