// SPDX-License-Identifier: Apache-2.0
// An object in a bucket, by its ETag.

#pragma once

#include "objects/remote_object.h"
#include "s3/address.h"
#include "s3/client.h"

namespace gitsync::objects {

class BucketObject final : public RemoteObject {
 public:
  BucketObject(s3::Address address, s3::Client client);

  std::string address() const override { return address_.display(); }
  util::Result<std::string> look(const std::string& known, const util::Limit& limit) override;
  util::Result<void> get(const std::string& stamp,
                         const std::function<util::Result<void>(std::string_view)>& sink,
                         const util::Limit& limit) override;

 private:
  const s3::Address address_;
  s3::Client client_;
};

}  // namespace gitsync::objects
