// SPDX-License-Identifier: Apache-2.0
// reference_page: docs/reference.md out of the table.

#include "config/config.h"
#include "config/usage.h"
#include "config/value.h"

namespace gitsync::config {
namespace {

constexpr std::string_view kHead =
    R"(# Reference: flags and variables

<!-- Made from the table of settings (src/config/table_*.cc); do not edit. To update it:
     GITSYNC_UPDATE_REFERENCE=1 build/dev/tests/unit/unit_config --gtest_filter='Reference.*' -->

`git-sync --help` shows the same in short, `git-sync --man` adds how things work together.

Every setting is a flag, a variable, or both; `--repo` and `--root` are required. What wins,
strongest first:

1. a deprecated flag, or the variable of one, that is not empty or 0;
2. the flag;
3. an older name of the variable (of several, the last one listed);
4. the new name of the variable;
5. the default.

A variable that is set but empty counts as set: for text it means empty text, for other types it is
an error. A misspelled variable is ignored; a misspelled flag is an error (exit status 2). A value
that breaks a rule, or two that contradict each other, are an error as well (exit status 1), which
is also put into `--error-file`.

| type | how it is written |
| --- | --- |
| `bool` | `1 t T TRUE true True 0 f F FALSE false False`; as a flag also without a value. `--name false` is *true* followed by an ignored word: write `--name=false` |
| `int` | `10`, `0x1f`, `0o17` or `017`, `0b11`, `1_000` |
| `float` | `1.5`, `1e3` |
| `duration` | numbers with units: `300ms`, `10s`, `1.5h`, `2h45m`; units are `ns us µs ms s m h`; a bare `0` is allowed |
| `string` | anything; git never takes a value for an option |
| `stringArray` | repeat the flag; in a variable, separate the elements by `:` |
| `credentialSlice` | a JSON object `{"url": "…", "username": "…", "password": "…"}`, or with `password-file` instead of `password`, or a list of them |
)";

constexpr std::string_view kDeprecatedHead = R"(
## Deprecated

These still work, print a line on stderr when the flag is used, and win over their replacement.

| flag | type | variable | meaning |
| --- | --- | --- | --- |
)";

constexpr std::string_view kGitConfig = R"(
## The grammar of `--git-config` and `--git-config-add`

`key:value` pairs separated by commas. A key or value may be put in double quotes; in them, and in
values without quotes, the escapes are `\n`, `\t`, `\"`, `\,` and `\\`. A key without quotes runs to
the first colon, so one that holds a colon must be quoted. The first character of anything without
quotes is taken as it is. An empty value is written `""`. Blanks are part of the text. An error in
the grammar ends the program with exit status 1.

    --git-config='http.lowSpeedLimit:1000,http.lowSpeedTime:30'
    --git-config-add='"http.https://host.example/.sslCAInfo":/etc/ca/ca.crt'

## Exit status

| status | meaning |
| --- | --- |
| 0 | help, manual or version was printed; `--one-time` succeeded with all its hooks; or SIGINT came while idling because `--ref` is a full hash |
| 1 | a setting is wrong, start-up failed, the failure limit was reached, or a hook failed with `--one-time` |
| 2 | a flag is unknown or its value cannot be read; or SIGQUIT or its like asked for a dump |
| 127 | as process 1 of a container: the program could not be started as a child |
| 128+n | killed by signal n |
)";

std::string escape_cell(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '|' || c == '<' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string code(std::string_view text) { return "`" + std::string(text) + "`"; }

std::string variables_cell(const Row& row) {
  std::string cell = row.env.empty() ? "" : code(row.env);
  for (const std::string_view old : row.old_envs) {
    if (!old.empty()) cell += ", " + code(old);
  }
  return cell;
}

std::string default_cell(const Row& row) {
  const std::string value = row.use == Use::kSwitch ? "" : show_value(Inputs{}, row);
  return value.empty() ? "" : code(value);
}

std::string flag_cell(const Row& row) {
  if (row.use == Use::kEnvironmentOnly) return "(variable only)";
  std::string cell = code(display_name(row));
  if (row.shorthand != 0) cell += ", `-" + std::string(1, row.shorthand) + "`";
  return cell;
}

std::string meaning_cell(const Row& row) { return escape_cell(sentences(row)); }

std::string row_line(const Row& row) {
  return "| " + flag_cell(row) + " | " + std::string(type_name(row)) + " | " + default_cell(row) +
         " | " + variables_cell(row) + " | " + meaning_cell(row) + " |\n";
}

std::string section_heading(Section section) {
  return "\n## " + std::string(title_of(section)) +
         "\n\n| flag | type | default | variable, then older names | meaning |\n"
         "| --- | --- | --- | --- | --- |\n";
}

}  // namespace

std::string reference_page() {
  std::string page(kHead);
  Section section = Section::kDeprecated;
  for (const Row& row : table()) {
    if (row.use == Use::kAlias || row.use == Use::kDeprecated) continue;
    if (row.section != section) page += section_heading(section = row.section);
    page += row_line(row);
  }
  page += kDeprecatedHead;
  for (const Row* row : sorted_rows(Use::kDeprecated)) {
    page += "| " + code(display_name(*row)) + " | " + std::string(type_name(*row)) + " | " +
            variables_cell(*row) + " | " + meaning_cell(*row) + " |\n";
  }
  page += kGitConfig;
  return page;
}

}  // namespace gitsync::config
