// SPDX-License-Identifier: Apache-2.0
#include "config/usage.h"

#include <algorithm>

#include "config/value.h"
#include "util/paths.h"
#include "util/quote.h"
#include "util/text.h"

namespace gitsync::config {
namespace {

constexpr std::string_view kHowToSet = R"(
Every flag but --help, --man, --version and --git-config-add can also be set by a variable:
--sync-timeout is $GITSYNC_SYNC_TIMEOUT. A flag wins over its variable. The defaults above include
the variables that are set now.

Examples:
  # Once, over HTTPS, into /tmp/git/hello.git:
  git-sync --repo=https://git.example.com/org/hello.git --root=/tmp/git --one-time

  # For ever, one branch over SSH, every 30 seconds, published as /tmp/git/current:
  git-sync --repo=git@git.example.com:org/hello.git --ref=main --root=/tmp/git --link=current \
    --period=30s --ssh-key-file=/etc/git-secret/ssh

  # With a token from a file:
  git-sync --repo=https://git.example.com/org/private.git --root=/tmp/git \
    --username=me --password-file=/etc/git-secret/token

git-sync --man prints the full manual.
)";

std::string left_column(const Row& row) {
  std::string out = row.shorthand == 0 ? "      " : std::string("  -") + row.shorthand + ", ";
  out += "--" + std::string(row.flag);
  if (!is_bool(row)) return out + " " + std::string(type_name(row));
  return row.use == Use::kSwitch ? out : out + "[=bool]";
}

std::string table_text(const std::vector<std::pair<std::string, std::string>>& lines) {
  std::size_t width = 0;
  for (const auto& [left, right] : lines) width = std::max(width, left.size());
  std::string out;
  for (const auto& [left, right] : lines) {
    out += left;
    out.append(width - left.size() + 3, ' ');
    out += right;
    out += '\n';
  }
  return out;
}

}  // namespace

std::vector<const Row*> sorted_rows(Use use) {
  std::vector<const Row*> rows;
  for (const Row& row : table()) {
    if (row.use == use) rows.push_back(&row);
  }
  const auto key = [use](const Row* row) {
    return use == Use::kEnvironmentOnly ? row->env : row->flag;
  };
  std::ranges::sort(rows, {}, key);
  return rows;
}

std::string default_suffix(const Inputs& defaults, const Row& row) {
  if (row.use == Use::kSwitch) return {};
  const std::string value = show_value(defaults, row);
  if (value.empty() || value == "[]") return {};
  const bool is_text = std::holds_alternative<std::string Inputs::*>(row.target);
  return " (default " + (is_text ? util::quoted(value) : util::escaped(value)) + ")";
}

std::string usage_text(const Inputs& defaults, std::string_view program) {
  std::vector<const Row*> rows = sorted_rows(Use::kPublic);
  for (const Row* row : sorted_rows(Use::kSwitch)) rows.push_back(row);
  std::ranges::sort(rows, {}, &Row::flag);
  std::vector<std::pair<std::string, std::string>> flags;
  flags.reserve(rows.size());
  for (const Row* row : rows) {
    flags.emplace_back(left_column(*row), std::string(row->help) + default_suffix(defaults, *row));
  }
  std::vector<std::pair<std::string, std::string>> variables;
  for (const Row* row : sorted_rows(Use::kEnvironmentOnly)) {
    variables.emplace_back("      " + std::string(row->env) + " " + std::string(type_name(*row)),
                           row->help);
  }
  std::string out = "Usage: " + util::escaped(util::base_name(program)) + " [FLAGS...]\n";
  out += "\nFLAGS:\n" + table_text(flags);
  out += "\nENVIRONMENT VARIABLES:\n" + table_text(variables);
  out += kHowToSet;
  return out;
}

std::vector<std::string> flags_to_log(const Parsed& parsed, std::int64_t verbosity) {
  std::vector<const Row*> rows = sorted_rows(Use::kPublic);
  for (const Row* row : sorted_rows(Use::kSwitch)) rows.push_back(row);
  std::ranges::sort(rows, {}, &Row::flag);
  std::vector<std::string> flags;
  for (const Row* row : rows) {
    const std::string value = show_value(parsed.inputs, *row);
    const bool given = parsed.origin(*row).source == Source::kCommandLine;
    const bool listed = given || (verbosity >= 4 && !value.empty());
    if (!listed && verbosity < 6) continue;
    flags.push_back("--" + std::string(row->flag) + "=" + value);
  }
  return flags;
}

std::string sentences(const Row& row, const std::string& after_help) {
  const auto sentence = [](std::string text) {
    if (text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 'a' + 'A');
    return text + '.';
  };
  std::string text = sentence(std::string(row.help) + after_help);
  if (!row.details.empty()) text += " " + std::string(row.details);
  if (!row.replacement.empty()) text += " " + sentence(std::string(row.replacement));
  return text;
}

std::string wrap(std::string_view text, std::size_t indent, std::size_t width) {
  std::string out;
  std::size_t column = 0;
  for (const std::string& word : util::split(text, ' ')) {
    if (column != 0 && column + 1 + word.size() > width) {
      out += '\n';
      column = 0;
    }
    if (column == 0) {
      out += std::string(indent, ' ') + word;
      column = indent + word.size();
    } else {
      out += ' ' + word;
      column += 1 + word.size();
    }
  }
  return out + '\n';
}

}  // namespace gitsync::config
