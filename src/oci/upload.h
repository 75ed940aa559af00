// SPDX-License-Identifier: Apache-2.0
// Pushes one blob.
//
// Protocol: OCI distribution specification 1.1, "Pushing blobs": "POST then PUT" for small ones,
// "Pushing a blob in chunks" for others.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "oci/client.h"
#include "oci/exchange.h"
#include "util/error.h"
#include "util/event.h"

namespace gitsync::oci {

class Upload {
 public:
  Upload(Exchange& exchange, std::string repository, std::string scope, std::string what)
      : exchange_(exchange),
        repository_(std::move(repository)),
        scope_(std::move(scope)),
        what_(std::move(what)) {}

  util::Result<void> run(const Descriptor& blob, const BlobSource& source,
                         const util::Limit& limit);

 private:
  util::Result<void> start(const util::Limit& limit);
  util::Result<void> patch(std::string piece, std::uint64_t offset, const util::Limit& limit);
  util::Result<void> put(std::string piece, const std::string& digest, const util::Limit& limit);
  util::Result<void> send(net::Request request, const util::Limit& limit);
  util::Result<void> take_location(const net::ResponseHead& head);

  Exchange& exchange_;
  const std::string repository_;
  const std::string scope_;
  const std::string what_;
  std::string location_;  // where the next piece goes
};

}  // namespace gitsync::oci
