// SPDX-License-Identifier: Apache-2.0
// What there is to say about a commit of the store, without git.

#pragma once

#include "source/source.h"
#include "tree/layout.h"
#include "tree/revision.h"
#include "util/error.h"

namespace gitsync::source {

// Errors: kNotUnderstood for a commit whose author and subject are in another encoding than UTF-8,
// and those of git::ObjectStore.
util::Result<About> native_about(const tree::Layout& layout, const tree::Revision& revision);

}  // namespace gitsync::source
