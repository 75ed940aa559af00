// SPDX-License-Identifier: Apache-2.0
// Applies a step (snapshot/packer.h) to what was unpacked so far.

#pragma once

#include "archive/reader.h"
#include "objects/unpacked.h"
#include "util/error.h"
#include "util/event.h"

namespace gitsync::objects {

// Errors: kProtocol for what is no step; those of the reader.
util::Result<void> read_step(archive::Reader& step, Unpacked& tree, const util::Limit& limit);

}  // namespace gitsync::objects
