// SPDX-License-Identifier: Apache-2.0
// What a person reads about an entry that could not be removed.

#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "util/error.h"

namespace gitsync::util {

// Who owns what forbids the removal, if that is known.
struct Obstacle {
  std::optional<uid_t> owner;
  bool is_holder = false;  // the directory that holds the entry, not the entry
};

// `removed` is the path that was to go, `below` the way from there to the entry ("" for itself),
// `code` the errno. The hint names path and owner where permission was missing.
Error removal_error(const std::string& removed, const std::string& below, int code,
                    const Obstacle& obstacle);

}  // namespace gitsync::util
