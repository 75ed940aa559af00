// SPDX-License-Identifier: Apache-2.0
// Everything a user can say: the settings, plus what only the configuration layer understands
// (switches, deprecated flags, values that are still text). A fresh Inputs holds the defaults.

#pragma once

#include <cstdint>
#include <string>

#include "config/settings.h"

namespace gitsync::config {

struct Inputs : Settings {
  bool show_version = false;
  bool show_help = false;
  bool show_manual = false;

  std::string sync_on_signal_name;
  std::int64_t init_max_failures_number = 0;

  // Deprecated (docs/contract.md#deprecated-flags).
  std::string branch;
  std::string rev;
  std::string dest;
  double wait_seconds = 0;
  std::int64_t timeout_seconds = 0;
  std::int64_t max_sync_failures = 0;
  std::string sync_hook_command;
  std::string password_flag;
  std::int64_t v = -1;
  bool ssh = false;
  std::int64_t change_permissions = 0;
};

}  // namespace gitsync::config
