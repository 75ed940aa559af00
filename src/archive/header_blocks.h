// SPDX-License-Identifier: Apache-2.0
// What libarchive does not tell of the header blocks of a member: a NUL in a name that a pax record
// gives, records that it passes over because they are malformed, and the type as it was written.
//
// Format: tar(5) of libarchive; POSIX.1-2001, pax, "pax Extended Header".

#pragma once

#include <string_view>

#include "util/error.h"

namespace gitsync::archive {

// Blocks of 512 bytes from the first header that belongs to a member to its own, in order. Returns
// the type of the member. Errors: kProtocol for a NUL in a name, a malformed pax record, a type
// that is unknown or not a member's (a volume's continuation, a dump's folder), or blocks that end
// early.
util::Result<char> check_header_blocks(std::string_view blocks);

}  // namespace gitsync::archive
