// SPDX-License-Identifier: Apache-2.0
// How a registry wants to be asked: the WWW-Authenticate headers of a 401.
//
// Format: RFC 9110 11.6.1; for Bearer the parameters of Docker's "Token Authentication
// Specification": realm, service, scope.

#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace gitsync::oci {

struct Challenge {
  std::string scheme;                             // lower case
  std::map<std::string, std::string> parameters;  // names in lower case; the first of a name counts

  std::string_view parameter(const std::string& name) const;
};

// Those of one header; of a malformed one, those before the fault.
std::vector<Challenge> parse_challenges(std::string_view header);

}  // namespace gitsync::oci
