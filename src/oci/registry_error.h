// SPDX-License-Identifier: Apache-2.0
// What a registry's refusal means: one clear line, a kind, and the cause where it is known.
//
// Format: OCI distribution specification 1.1, "Error Codes".

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "net/message.h"
#include "util/error.h"

namespace gitsync::oci {

enum class LoggedIn { kNo, kYes };

// `what`: what was asked for ("manifest org/dags:main"); `body`: the beginning of the answer's.
// kNotFound for what the registry does not have or does not show, kAuth for 401 and 403, kNetwork
// for what may go by itself (429, with its Retry-After; 5xx), else kProtocol.
util::Error refusal(std::string_view what, const net::ResponseHead& head, std::string_view body,
                    LoggedIn logged_in);

// "MANIFEST_UNKNOWN: manifest unknown", the first error of the answer; empty: it has none.
std::string first_error(std::string_view body);

}  // namespace gitsync::oci
