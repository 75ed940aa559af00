// SPDX-License-Identifier: Apache-2.0
// What libcurl's error codes mean.

#pragma once

#include <curl/curl.h>

#include <string_view>

#include "util/error.h"

namespace gitsync::net {

// Why the transfer of `easy` ended with `code`; kUnknown if that says nothing.
util::Cause cause_of(CURL* easy, CURLcode code, std::string_view details);

// `details`: what libcurl wrote beside the code; may be empty.
util::Error describe_curl(CURLcode code, std::string_view details);

}  // namespace gitsync::net
