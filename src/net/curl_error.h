// SPDX-License-Identifier: Apache-2.0
// What libcurl's error codes mean.

#pragma once

#include <curl/curl.h>

#include <string_view>

#include "util/error.h"

namespace gitsync::net {

// `details`: what libcurl wrote beside the code; may be empty.
util::Error describe_curl(CURLcode code, std::string_view details);

}  // namespace gitsync::net
