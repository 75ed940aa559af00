// SPDX-License-Identifier: Apache-2.0
// From command line and environment to a decision: run with these settings, or print this and
// exit with that status. Nothing here prints, exits or touches a file, so all of it can be
// tested. Contract: docs/contract.md#settings, #v3 and #exit-codes.

#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "config/settings.h"
#include "util/environment.h"

namespace gitsync::config {

struct Invocation {
  std::span<const char* const> args;  // without the program's own name
  const util::Environment& environment;
  std::string_view cwd;      // absolute; a relative --root starts here
  std::string_view program;  // argv[0]; its last component is shown in the usage
  std::string_view version;
};

// A record to log at level 0 before "starting up". Never holds a secret.
struct Notice {
  std::string message;
  std::vector<std::pair<std::string, std::string>> values;  // keys and values of the record
};

struct Outcome {
  enum class Kind { kRun, kExit };
  Kind kind = Kind::kExit;

  // Whatever the kind, print these first; both end in a newline unless empty. `err` holds
  // deprecation lines and, for kExit, what went wrong.
  std::string out;
  std::string err;

  // kExit: the status. If `error_file_path` is not empty (it is absolute) then also put
  // `error_file_message`, which has no final newline, into that file as it is.
  int exit_status = 0;
  std::string error_file_path;
  std::string error_file_root;  // absolute
  std::string error_file_message;

  // kRun.
  Settings settings;
  // Variables as we and our children are to see them, instead of as they are given.
  std::vector<std::pair<std::string, std::string>> environment;
  // "setting A from deprecated B" first, then warnings such as an ignored branch.
  std::vector<Notice> notices;
  // The `flags` of the "starting up" record as `--name=value`, redacted, already chosen by the
  // verbosity (docs/contract.md#verbosity: those given, then all that are not empty, then all).
  std::vector<std::string> logged_flags;
};

Outcome configure(const Invocation& invocation);

// The text of docs/reference.md. A unit test keeps the file equal to it.
std::string reference_page();

}  // namespace gitsync::config
