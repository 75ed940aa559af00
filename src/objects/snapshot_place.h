// SPDX-License-Identifier: Apache-2.0
// Where a pointer is, and the files beside it: in a bucket, or behind an address.

#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "util/error.h"
#include "util/event.h"

namespace gitsync::objects {

// Thread-safety: none; but get() may be called from another thread while no other is.
class SnapshotPlace {
 public:
  struct Document {
    std::string text;
    std::string stamp;  // tells it from other versions, as an ETag; never empty
  };

  virtual ~SnapshotPlace() = default;

  // Of the pointer, for people, without secrets.
  virtual std::string address() const = 0;

  // The pointer, unless it still has the stamp `known`. Errors: kNotFound, kAuth, kNetwork,
  // kProtocol.
  virtual util::Result<std::optional<Document>> look(const std::string& known,
                                                     const util::Limit& limit) = 0;
  // Streams the file `key`. Errors: kMoved if it is gone; the sink's.
  virtual util::Result<void> get(const std::string& key,
                                 const std::function<util::Result<void>(std::string_view)>& sink,
                                 const util::Limit& limit) = 0;

  // Waits until the pointer has another stamp, by the server's word. False: it cannot be waited
  // for here, or not now. True: the time is over, or something happened, and look() tells.
  virtual bool wait(const std::string& known, const util::Limit& limit) = 0;

  // How long the server wants to be left alone, if it refused the last request and said so.
  virtual std::optional<std::chrono::seconds> retry_after() const { return std::nullopt; }
};

}  // namespace gitsync::objects
