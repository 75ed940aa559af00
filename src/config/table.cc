// SPDX-License-Identifier: Apache-2.0
#include "config/table.h"

namespace gitsync::config {
namespace {

struct Part {
  Section section;
  std::string_view title;
  std::span<const Row> (*rows)();
};

constexpr std::array<Part, 11> kParts{{
    {Section::kInformational, "Information", informational_rows},
    {Section::kWhat, "What to sync", what_rows},
    {Section::kWhere, "Where", where_rows},
    {Section::kWhen, "When", when_rows},
    {Section::kHooks, "Hooks", hook_rows},
    {Section::kAuthentication, "Authentication", authentication_rows},
    {Section::kBuckets, "Buckets, archives and registries", bucket_rows},
    {Section::kSnapshots, "Snapshots", snapshot_rows},
    {Section::kServing, "Serving snapshots", serving_rows},
    {Section::kGitAndHttp, "Git and HTTP", git_and_http_rows},
    {Section::kDeprecated, "Deprecated", deprecated_rows},
}};

std::vector<Row> join_parts() {
  std::vector<Row> all;
  for (const Part& part : kParts) {
    for (Row row : part.rows()) {
      row.section = part.section;
      all.push_back(row);
    }
  }
  return all;
}

constexpr std::array<Row, 5> kInformational{{
    {.flag = "version",
     .target = &Inputs::show_version,
     .use = Use::kSwitch,
     .help = "print the version and exit"},
    {.flag = "help",
     .shorthand = 'h',
     .target = &Inputs::show_help,
     .use = Use::kSwitch,
     .help = "print this help and exit"},
    {.flag = "__?",
     .shorthand = '?',
     .target = &Inputs::show_help,
     .use = Use::kAlias,
     .help = "same as --help"},
    {.flag = "man",
     .target = &Inputs::show_manual,
     .use = Use::kSwitch,
     .help = "print the full manual and exit"},
    {.flag = "verbose",
     .shorthand = 'v',
     .target = &Inputs::verbose,
     .env = "GITSYNC_VERBOSE",
     .help = "how much to log: 0 start-up and updates, 1-4 more of the loop, 5 and 6 each command",
     .details = "7 makes ssh talk as well, 9 traces. A negative value leaves only errors."},
}};

}  // namespace

std::span<const Row> informational_rows() { return kInformational; }

std::span<const Row> table() {
  static const std::vector<Row> kAll = join_parts();
  return kAll;
}

std::string_view title_of(Section section) {
  return kParts.at(static_cast<std::size_t>(section)).title;
}

std::string_view type_name(const Row& row) {
  constexpr std::array<std::string_view, std::variant_size_v<Target>> kNames{
      "bool", "int", "float", "duration", "string", "stringArray", "credentialSlice"};
  return kNames.at(row.target.index());
}

bool is_bool(const Row& row) { return std::holds_alternative<bool Inputs::*>(row.target); }

std::string display_name(const Row& row) {
  if (row.use == Use::kEnvironmentOnly) return "$" + std::string(row.env);
  return "--" + std::string(row.flag);
}

const Row* find_flag(std::string_view name) {
  for (const Row& row : table()) {
    if (row.flag == name) return &row;
  }
  return nullptr;
}

const Row* find_shorthand(char letter) {
  if (letter == 0) return nullptr;
  for (const Row& row : table()) {
    if (row.shorthand == letter) return &row;
  }
  return nullptr;
}

}  // namespace gitsync::config
