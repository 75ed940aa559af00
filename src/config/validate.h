// SPDX-License-Identifier: Apache-2.0
// The rules that values must keep, alone and together, in the order of docs/contract.md#validation.

#pragma once

#include <optional>
#include <string>

#include "config/inputs.h"
#include "config/sources.h"

namespace gitsync::config {

// What is wrong, naming the flag and the rule; nothing if all is well. Holds no secret.
using Complaint = std::optional<std::string>;

// Returns the first complaint. `inputs` has been adjusted (adjust.h), and its root is absolute.
Complaint validate(const Inputs& inputs);

// Parts of validate().
Complaint check_repo(const Inputs& inputs);
// What is for git alone, while --repo is something else.
Complaint check_kind(const Parsed& parsed);
Complaint check_buckets(const Inputs& inputs);
Complaint check_snapshots(const Inputs& inputs);
// Reads files: what can be said of them now is said before anything is served.
Complaint check_serving(const Inputs& inputs);
Complaint check_username(const Inputs& inputs);
Complaint check_github_app(const Inputs& inputs);
Complaint check_credentials(const Inputs& inputs);
Complaint check_link(const Inputs& inputs);
Complaint check_files(const Inputs& inputs);
Complaint check_concurrency(const Inputs& inputs);

// The default of --link: the last part of --repo, without any user name and password in it.
std::string default_link(const std::string& repo);

}  // namespace gitsync::config
