// SPDX-License-Identifier: Apache-2.0
// The parts of the manual that no table can make. Each begins with its heading and ends with an
// empty line.

#pragma once

#include <string_view>

namespace gitsync::config::prose {

extern const std::string_view kDescription;
extern const std::string_view kValues;
extern const std::string_view kHooks;
extern const std::string_view kAuthentication;
extern const std::string_view kExitStatus;
extern const std::string_view kExamples;
extern const std::string_view kTroubleshooting;

}  // namespace gitsync::config::prose
