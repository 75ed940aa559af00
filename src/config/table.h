// SPDX-License-Identifier: Apache-2.0
// The table of settings: one row each. It drives parsing, environment, --help, --man,
// docs/reference.md and the start-up log, so a setting is added by adding its row (and, if its
// value has rules, a check in validate.cc). Rows live in table_*.cc, one file a section.

#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "config/inputs.h"

namespace gitsync::config {

enum class Section {
  kInformational,
  kWhat,
  kWhere,
  kWhen,
  kHooks,
  kAuthentication,
  kBuckets,
  kSnapshots,
  kServing,
  kGitAndHttp,
  kDeprecated,
};

// Where the value is stored, which also tells its type.
using Target =
    std::variant<bool Inputs::*, std::int64_t Inputs::*, double Inputs::*, Duration Inputs::*,
                 std::string Inputs::*, std::vector<std::string> Inputs::*,
                 std::vector<CredentialSetting> Inputs::*>;

enum class Use {
  kPublic,
  kSwitch,           // asks for a text instead of a run; has no default worth showing
  kAlias,            // hidden second name of another row
  kEnvironmentOnly,  // hidden flag; documented as its variable (docs/contract.md#hidden-flags)
  kDeprecated,       // hidden, and says so when used (docs/contract.md#deprecated-flags)
};

enum class Secrecy {
  kPlain,
  kUrl,         // passwords in the address, and its query, are hidden
  kCapability,  // an address that works for whoever knows it: scheme and host are shown
  kGitConfig,   // values of keys that carry secrets are hidden
  kSecret,      // never shown
};

struct Row {
  std::string_view flag;  // long name without dashes
  char shorthand = 0;
  Target target;
  std::string_view env = {};                      // new name
  std::array<std::string_view, 2> old_envs = {};  // in order of rising precedence
  Use use = Use::kPublic;
  std::string_view replacement = {};  // deprecated: what to use instead, for the line on stderr
  Secrecy secrecy = Secrecy::kPlain;
  char separator = ':';                       // of the values of a list in its variable
  std::string_view help;                      // one line, no full stop
  std::string_view details = {};              // sentences for the manual and the reference
  Section section = Section::kInformational;  // filled in by table()
};

// All rows: sections in the order of the enum, and rows as they are written.
std::span<const Row> table();

std::string_view title_of(Section section);

// The type as help shows it: bool, int, float, duration, string, stringArray, credentialSlice.
std::string_view type_name(const Row& row);
bool is_bool(const Row& row);

// `--repo`, or `$GITSYNC_PASSWORD` for what is only a variable.
std::string display_name(const Row& row);

// Nothing if there is no such flag. The hidden ones are found too.
const Row* find_flag(std::string_view name);
const Row* find_shorthand(char letter);

// Parts of table().
std::span<const Row> informational_rows();
std::span<const Row> what_rows();
std::span<const Row> where_rows();
std::span<const Row> when_rows();
std::span<const Row> hook_rows();
std::span<const Row> authentication_rows();
std::span<const Row> bucket_rows();
std::span<const Row> snapshot_rows();
std::span<const Row> serving_rows();
std::span<const Row> git_and_http_rows();
std::span<const Row> deprecated_rows();

}  // namespace gitsync::config
