// SPDX-License-Identifier: Apache-2.0
// Whether settings and environment of git leave a step to the native engine, or say something that
// only git would do (docs/design.md#two-engines). http.* and its variables: http_settings.h.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "git/config_file.h"
#include "util/environment.h"
#include "util/error.h"

namespace gitsync::source {

enum class NativeStep { kResolveByHttp, kResolveBySsh, kResolveLocally, kBuild, kFetch, kReclaim };

struct NativeInputs {
  // All that git would see, in its order (git::effective_config()); for a build, of the repository.
  const std::vector<git::ConfigEntry>& settings;
  // As git gets it: cli/setup.h takes out what would lead it to another repository.
  const util::Environment& environment;
  // The credential.helper that we have set up, the only one that is understood.
  std::string own_helper = {};
};

// Errors: Cause::kNotUnderstood, naming the first setting or variable that concerns the step and
// whose meaning, or whose value, is not known to change nothing. Never a value.
util::Result<void> check_settings(NativeStep step, const NativeInputs& inputs);

// Whether a fetch by `protocol` ("https", "ssh", "file") is permitted (git-config(1),
// protocol.allow; git(1), GIT_ALLOW_PROTOCOL). Errors: Cause::kNotUnderstood if not, since git says
// it best.
util::Result<void> check_protocol(std::string_view protocol, const NativeInputs& inputs);

// What attributes of the user and of the system do to files that are checked out, where
// core.attributesFile is not set. Reads them. Errors: Cause::kNotUnderstood, as
// git::check_attributes() has it.
util::Result<void> check_user_attributes(const util::Environment& environment);

// The address that git goes to when it is given `url` (git-config(1), url.<base>.insteadOf).
std::string rewrite_url(std::string_view url, const std::vector<git::ConfigEntry>& settings);

}  // namespace gitsync::source
