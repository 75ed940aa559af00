// SPDX-License-Identifier: Apache-2.0
// A delta of a pack: how an object is made of another one (gitformat-pack(5), "Deltified
// representation").

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "util/error.h"

namespace gitsync::git {

// What a delta begins with.
struct DeltaSizes {
  std::uint64_t base = 0;    // bytes
  std::uint64_t result = 0;  // bytes
  std::size_t length = 0;    // of the two numbers themselves
};

// At most this many bytes are needed to read them.
inline constexpr std::size_t kMaxDeltaSizes = 20;

// Nothing if `delta` does not begin with two numbers of 64 bits at most.
std::optional<DeltaSizes> read_delta_sizes(std::string_view delta);

// The object that `delta` makes of `base`. The caller has bounded DeltaSizes::result, of which no
// more than that is allocated. Errors: kCorrupt if the delta is not whole, is for a base of another
// size, or leads outside of it.
util::Result<std::string> apply_delta(std::string_view base, std::string_view delta);

}  // namespace gitsync::git
