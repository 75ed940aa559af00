// SPDX-License-Identifier: Apache-2.0
// What an address "oci://registry[:port]/repository[:tag][@sha256:…]" names.
//
// Format: OCI distribution specification 1.1, "Pulling manifests", for repositories and tags; the
// short forms of Docker's registry as its tools have them.

#pragma once

#include <string>
#include <string_view>

#include "util/error.h"

namespace gitsync::oci {

struct Reference {
  std::string registry;    // "host" or "host:port", in lower case; Docker's is "docker.io"
  std::string repository;  // "org/dags"
  std::string tag;         // "latest" if the address has neither tag nor digest
  std::string digest;      // counts if it is there; empty: the tag does

  // What a manifest is asked for by: the digest or the tag.
  const std::string& version() const { return digest.empty() ? tag : digest; }
  // Who answers for the registry: another host for Docker's, with the port if there is one.
  std::string host() const;
  // The address in full, for messages.
  std::string show() const;
};

// Errors: kInvalid, saying which part is wrong; a user name and password in the address are not
// repeated.
util::Result<Reference> parse_reference(std::string_view address);

}  // namespace gitsync::oci
