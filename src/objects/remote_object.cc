// SPDX-License-Identifier: Apache-2.0
#include "objects/remote_object.h"

#include "util/sha256.h"

namespace gitsync::objects {

tree::Revision RemoteObject::revision_of(const std::string& stamp) const {
  return {util::sha256_hex(address() + "\n" + stamp)};
}

util::Result<source::About> RemoteObject::about(const std::string& /*stamp*/,
                                                const util::Limit& /*limit*/) {
  return source::About{
      .time = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()),
      .subject = address()};
}

}  // namespace gitsync::objects
