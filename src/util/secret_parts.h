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

// Userinfo, also of mistyped addresses and of a proxy without scheme, the values of the query and
// of secret parameters in the path; of ext:: what follows the program.
Secrets parts_of_address(std::string_view address);
Secrets parts_of_proxy(std::string_view proxy);

// The same, and the path if it is long enough to be one that nobody guesses.
Secrets parts_of_capability(std::string_view address);

// What secret_shape.h finds in a command line, the userinfo of addresses in it, and what follows
// the program in options of ssh such as ProxyCommand.
Secrets parts_of_command(std::string_view command);

// The same of the path of a hook to which arguments were added, though it takes none: they are
// shown when it cannot be started. Options with all that follows, and NAME=value if the name is
// that of a secret; what else is a blank in a path, and what an argument, cannot be told.
Secrets parts_of_hook(std::string_view command);

}  // namespace gitsync::util
