// SPDX-License-Identifier: Apache-2.0
// One object somewhere else that changes as a whole: in a bucket, behind an address, or in a
// registry.

#pragma once

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "source/source.h"
#include "tree/revision.h"
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

  // The revision that a version is published as. By default a digest of address and stamp.
  virtual tree::Revision revision_of(const std::string& stamp) const;
  // Whether the address can never mean another version.
  virtual bool is_pinned() const { return false; }
  // What there is to say about a version. By default the address, and that it is of now.
  virtual util::Result<source::About> about(const std::string& stamp, const util::Limit& limit);
  // How long the server wants to be left alone, if it refused the last request and said so.
  virtual std::optional<std::chrono::seconds> retry_after() const { return std::nullopt; }
};

}  // namespace gitsync::objects
