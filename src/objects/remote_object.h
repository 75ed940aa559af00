// SPDX-License-Identifier: Apache-2.0
// One object somewhere else that changes as a whole: in a bucket, or behind an address.

#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "util/error.h"
#include "util/event.h"

namespace gitsync::objects {

// Thread-safety: none; but get() may be called from another thread than look().
class RemoteObject {
 public:
  virtual ~RemoteObject() = default;

  // For people, without secrets: "s3://bucket/dags.tar.gz".
  virtual std::string address() const = 0;

  // What tells this version of it from others, as an ETag. `known`: of the last look; empty: none.
  // Errors: kNotFound, kAuth, kNetwork; kProtocol from a server that tells versions by nothing.
  virtual util::Result<std::string> look(const std::string& known, const util::Limit& limit) = 0;

  // Streams the version that `stamp` is of into `sink`.
  // Errors: kMoved if it is another one by now; the sink's.
  virtual util::Result<void> get(const std::string& stamp,
                                 const std::function<util::Result<void>(std::string_view)>& sink,
                                 const util::Limit& limit) = 0;
};

}  // namespace gitsync::objects
