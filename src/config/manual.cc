// SPDX-License-Identifier: Apache-2.0
// The manual: prose from manual_prose.cc around the flags of the table.

#include "config/manual_prose.h"
#include "config/usage.h"
#include "util/paths.h"
#include "util/quote.h"

namespace gitsync::config {
namespace {

std::string variables_line(const Row& row) {
  if (row.env.empty() || row.use == Use::kEnvironmentOnly) return {};
  std::string line = "$" + std::string(row.env);
  for (const std::string_view old : row.old_envs) {
    if (!old.empty()) line += ", formerly $" + std::string(old);
  }
  return wrap(line, 8);
}

std::string entry(const Inputs& defaults, const Row& row) {
  std::string head = "    ";
  if (row.shorthand != 0) head += std::string("-") + row.shorthand + ", ";
  head += display_name(row);
  if (!is_bool(row)) head += " " + std::string(type_name(row));
  return head + "\n" + wrap(sentences(row, default_suffix(defaults, row)), 8) +
         variables_line(row) + "\n";
}

std::string settings_text(const Inputs& defaults) {
  std::string out;
  Section section = Section::kDeprecated;
  for (const Row& row : table()) {
    if (row.use == Use::kAlias || row.use == Use::kDeprecated) continue;
    if (row.section != section) {
      section = row.section;
      out += "  " + std::string(title_of(section)) + "\n\n";
    }
    out += entry(defaults, row);
  }
  return out;
}

std::string deprecated_text() {
  std::string out;
  for (const Row* row : sorted_rows(Use::kDeprecated)) {
    std::string head = "    --" + std::string(row->flag);
    if (!row->env.empty()) head += ", $" + std::string(row->env);
    out += head + "\n" + wrap(sentences(*row), 8);
  }
  return out + "\n";
}

}  // namespace

std::string manual_text(const Inputs& defaults, std::string_view program) {
  const std::string name = util::escaped(util::base_name(program));
  std::string out = "NAME\n    " + name + " - keep a directory equal to a git repository\n\n";
  out += "SYNOPSIS\n    " + name + " --repo=ADDRESS --root=DIRECTORY [FLAGS...]\n\n";
  out += prose::kDescription;
  out += "FLAGS AND VARIABLES\n\n";
  out += settings_text(defaults);
  out += "DEPRECATED FLAGS AND VARIABLES\n\n";
  out += deprecated_text();
  out += prose::kValues;
  out += prose::kHooks;
  out += prose::kAuthentication;
  out += prose::kExitStatus;
  out += prose::kExamples;
  out += prose::kTroubleshooting;
  return out;
}

}  // namespace gitsync::config
