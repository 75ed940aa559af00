// SPDX-License-Identifier: Apache-2.0
// The two places where values come from: environment and command line, in this order
// (docs/contract.md#command-line, #environment, #precedence).

#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/config.h"
#include "config/inputs.h"
#include "config/table.h"
#include "util/environment.h"
#include "util/error.h"

namespace gitsync::config {

enum class Source { kDefault, kEnvironment, kCommandLine };

struct Origin {
  Source source = Source::kDefault;
  std::string_view variable = {};  // kEnvironment: the one that won
};

struct Parsed {
  Inputs inputs;
  std::vector<Origin> origins = std::vector<Origin>(table().size());
  std::string deprecations;  // lines for stderr
  std::vector<Notice> notices;

  Origin& origin(const Row& row) { return origins[index_of(row)]; }
  const Origin& origin(const Row& row) const { return origins[index_of(row)]; }
  // `$GIT_SYNC_USERNAME` or `--username`: where the value came from, for messages.
  std::string origin_name(const Row& row) const;

 private:
  static std::size_t index_of(const Row& row) {
    return static_cast<std::size_t>(&row - table().data());
  }
};

// Reads every variable of the table. A malformed GITSYNC_CREDENTIAL is ignored, with a notice.
// Errors: kInvalid, the message being the complete FATAL line.
util::Result<void> read_environment(const util::Environment& environment, Parsed& parsed);

// Reads the flags; positional words are ignored.
// Errors: kInvalid, the message being the complete line. It never repeats a secret.
util::Result<void> read_command_line(std::span<const char* const> args, Parsed& parsed);

}  // namespace gitsync::config
