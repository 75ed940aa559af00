// SPDX-License-Identifier: Apache-2.0
// One place where snapshots are published.

#pragma once

#include <string>

#include "snapshot/archives.h"
#include "util/error.h"
#include "util/event.h"

namespace gitsync::snapshot {

// Thread-safety: none; belongs to the thread that publishes there.
class Target {
 public:
  virtual ~Target() = default;

  // For people, without secrets: "s3://bucket/prefix/main.json".
  virtual std::string address() const = 0;

  // Makes the snapshot of `item` the one that is shown there. Until the last step readers see the
  // one before, whole. What is shown already costs two requests. May be called again after a
  // failure, with the same item or another one.
  virtual util::Result<void> publish(const Item& item, const util::Limit& limit) = 0;
};

}  // namespace gitsync::snapshot
