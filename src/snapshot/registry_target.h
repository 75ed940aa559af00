// SPDX-License-Identifier: Apache-2.0
// A repository of a registry, in which a tag shows the snapshot of one ref: an image with one layer
// tar+gzip, as Flux, Argo CD, oras and Kubernetes' image volumes read it.

#pragma once

#include <functional>
#include <string>

#include "log/logger.h"
#include "oci/client.h"
#include "oci/reference.h"
#include "snapshot/target.h"

namespace gitsync::snapshot {

struct RegistryTargetOptions {
  oci::Reference place;  // its tag is the one that moves
  std::string source;    // of the annotation
};

class RegistryTarget final : public Target {
 public:
  // `connect` is asked for each publication, since logins are replaced. `archives` outlive it.
  using Connect = std::function<util::Result<oci::Client>()>;
  RegistryTarget(RegistryTargetOptions options, Connect connect, Archives& archives,
                 log::Logger logger);

  std::string address() const override;
  // The tag moves last. The revision is a tag as well, so that the snapshot can be had by it.
  util::Result<void> publish(const Item& item, const util::Limit& limit) override;

 private:
  util::Result<bool> is_shown(oci::Client& client, const Item& item, const util::Limit& limit);

  const RegistryTargetOptions options_;
  const Connect connect_;
  Archives& archives_;
  const log::Logger log_;
};

}  // namespace gitsync::snapshot
