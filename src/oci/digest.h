// SPDX-License-Identifier: Apache-2.0
// Digests as registries write them: "sha256:" and 64 lower-case hex digits.
//
// Format: OCI image specification 1.1, "Digests". Of its algorithms only SHA-256.

#pragma once

#include <string_view>

namespace gitsync::oci {

bool is_digest(std::string_view text);

}  // namespace gitsync::oci
