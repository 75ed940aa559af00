// SPDX-License-Identifier: Apache-2.0
// What people are told of an artifact in a registry: where it came from, and what to do when it
// cannot be had.
//
// Format of annotations: OCI image specification 1.1, "Pre-Defined Annotation Keys".

#pragma once

#include <string>
#include <string_view>

#include "log/logger.h"
#include "oci/manifest.h"
#include "source/source.h"
#include "util/error.h"

namespace gitsync::objects {

struct RegistryAsker {
  std::string login_origin;  // the setting or file; empty: no login was sent
  std::string complaint;     // why a docker config that was there could not be used
};

// The same error with a subject or hint that fits a registry.
util::Error with_registry_advice(util::Error error, const RegistryAsker& asker);

// For the log: where it lies, and what its annotations say.
log::Fields fields_of(const std::string& address, const std::string& digest,
                      const oci::ImageManifest& manifest);

// What is not annotated is of now, and the address.
source::About about_of(const std::string& address, const oci::ImageManifest& manifest);

}  // namespace gitsync::objects
