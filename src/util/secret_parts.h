// SPDX-License-Identifier: Apache-2.0
// Every part of a composite secret that must not be shown, wherever it turns up: servers echo
// headers, git decodes addresses, and scripts print one word of a command. Each function returns
// the texts to register with the log's redaction; those too short for that may be among them.

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gitsync::util {

using Secrets = std::vector<std::string>;

// The password, a user name that is a token, and both together as HTTP's basic authentication
// sends them.
Secrets parts_of_login(std::string_view username, std::string_view password);

// `Name: value`: the whole, the value, what follows the name of its scheme, and what that says
// once decoded.
Secrets parts_of_header(std::string_view header);

// Userinfo, also of mistyped addresses and of a proxy without scheme, and the values of the query.
Secrets parts_of_address(std::string_view address);
Secrets parts_of_proxy(std::string_view proxy);

// The same, and the path if it is long enough to be one that nobody guesses.
Secrets parts_of_capability(std::string_view address);

// What secret_shape.h finds in a command line, and the userinfo of addresses in it.
Secrets parts_of_command(std::string_view command);

}  // namespace gitsync::util
