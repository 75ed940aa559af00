// SPDX-License-Identifier: Apache-2.0
// read_environment: which of several names wins, and what is said about it
// (docs/contract.md#environment).

#include <optional>

#include "config/sources.h"
#include "config/value.h"
#include "util/quote.h"
#include "util/secret_shape.h"

namespace gitsync::config {
namespace {

using util::Result;

// The name that counts, of those of one row that are present.
struct Winner {
  std::string_view name = {};  // empty: none is present
  std::string value;
};

// Finds the last name present, and says on `lines` which names are old.
Winner find_winner(const util::Environment& environment, const Row& row, std::string& lines) {
  Winner winner;
  int present = 0;
  for (const std::string_view name : {row.env, row.old_envs[0], row.old_envs[1]}) {
    auto value = name.empty() ? std::nullopt : environment.get(name);
    if (!value) continue;
    winner = {name, std::move(*value)};
    ++present;
    if (name == row.env) continue;
    lines += "env $" + std::string(name) + " has been deprecated, use $" + std::string(row.env) +
             " instead\n";
  }
  if (present > 1) {
    lines +=
        "env $" + std::string(row.env) + " was overridden by $" + std::string(winner.name) + "\n";
  }
  return winner;
}

util::Error fatal(const Row& row, const std::string& value, const util::Error& reason) {
  const std::string shown =
      util::quoted(row.secrecy == Secrecy::kPlain ? util::redact_shapes(value) : "REDACTED");
  std::string message = "FATAL: invalid " + std::string(type_name(row)) + " env " +
                        std::string(row.env) + "=" + shown + ": " + reason.message;
  if (!reason.hint.empty()) message += " (" + reason.hint + ")";
  return {.kind = util::ErrorKind::kInvalid, .message = std::move(message)};
}

bool is_credentials(const Row& row) {
  return std::holds_alternative<std::vector<CredentialSetting> Inputs::*>(row.target);
}

}  // namespace

std::string Parsed::origin_name(const Row& row) const {
  const Origin& from = origin(row);
  if (from.source == Source::kEnvironment) return "$" + std::string(from.variable);
  return display_name(row);
}

Result<void> read_environment(const util::Environment& environment, Parsed& parsed) {
  for (const Row& row : table()) {
    if (row.env.empty()) continue;
    const Winner winner = find_winner(environment, row, parsed.deprecations);
    if (winner.name.empty()) continue;
    const auto stored = set_from_variable(parsed.inputs, row, winner.value);
    if (!stored && is_credentials(row)) {
      parsed.inputs.dropped_settings.push_back("$" + std::string(winner.name));
      parsed.notices.push_back(
          {"ignoring malformed $" + std::string(row.env), {{"reason", stored.error().message}}});
      continue;
    }
    if (!stored) return util::fail(fatal(row, winner.value, stored.error()));
    parsed.origin(row) = {Source::kEnvironment, winner.name};
  }
  return {};
}

}  // namespace gitsync::config
