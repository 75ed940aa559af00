// SPDX-License-Identifier: Apache-2.0
// What a manifest says of another document or of a blob.
//
// Format: OCI image specification 1.1, "Content Descriptors".

#pragma once

#include <cstdint>
#include <string>

namespace gitsync::oci {

struct Descriptor {
  std::string media_type;
  std::string digest;      // proper, see digest.h
  std::uint64_t size = 0;  // bytes
};

}  // namespace gitsync::oci
