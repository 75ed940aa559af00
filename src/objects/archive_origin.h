// SPDX-License-Identifier: Apache-2.0
// s3://bucket/name.tar.gz, https://…/name.tar.gz, oci://registry/repository:tag: one archive,
// published whole. Its RemoteObject says which revision it is.

#pragma once

#include <memory>
#include <string>

#include "archive/limits.h"
#include "log/logger.h"
#include "objects/origin.h"
#include "objects/remote_object.h"
#include "tree/layout.h"

namespace gitsync::objects {

struct ArchiveOriginOptions {
  tree::Layout layout;
  archive::Limits limits;
};

class ArchiveOrigin final : public Origin {
 public:
  ArchiveOrigin(ArchiveOriginOptions options, std::unique_ptr<RemoteObject> object,
                log::Logger logger);

  util::Result<source::Resolved> resolve(const std::optional<tree::Revision>& shown,
                                         const util::Limit& limit) override;
  // Unpacks it while it arrives.
  util::Result<std::unique_ptr<tree::TreeContents>> open(const tree::Revision& revision,
                                                         const tree::Published* base,
                                                         const util::Limit& limit) override;
  util::Result<source::About> about(const tree::Revision& revision,
                                    const util::Limit& limit) override;
  std::optional<std::chrono::seconds> retry_after() const override {
    return object_->retry_after();
  }

 private:
  const ArchiveOriginOptions options_;
  const std::unique_ptr<RemoteObject> object_;
  const log::Logger log_;
  std::string stamp_;  // of the last look
};

}  // namespace gitsync::objects
