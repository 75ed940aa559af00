// SPDX-License-Identifier: Apache-2.0
// Reads git's configuration file format (git-config(1), "Syntax") without a process.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "util/error.h"

namespace gitsync::git {

struct ConfigEntry {
  // section.name or section.subsection.name; section and name in lower case, the subsection as it
  // stands.
  std::string key;
  std::optional<std::string> value;  // nothing: the name stands alone, which means true

  bool operator==(const ConfigEntry&) const = default;
};

// The entries in their order. Includes are entries like others; nothing is opened. The memory used
// is a small multiple of `text`, which the caller bounds.
// Errors: kInvalid with the line. Whatever git itself refuses is refused, and so are NUL bytes,
// sections without a name and settings without a section.
util::Result<std::vector<ConfigEntry>> parse_config_file(std::string_view text);

// The parts of a key: up to the first dot, between, and behind the last dot.
struct ConfigKey {
  std::string_view section;
  std::string_view subsection;  // empty if there is none
  std::string_view name;
};
// `key` has at least one dot; the views point into it.
ConfigKey split_config_key(std::string_view key);

}  // namespace gitsync::git
