// SPDX-License-Identifier: Apache-2.0
// The header Prefer: RFC 7240. Of its preferences one is known, `wait`.

#pragma once

#include <chrono>
#include <string_view>

namespace gitsync::http {

// How long the client wants to wait for an answer; 0 if it does not say. `prefer`: the values of
// all fields of this name, separated by commas. Of several the first counts (RFC 7240, section 2).
std::chrono::seconds preferred_wait(std::string_view prefer);

}  // namespace gitsync::http
