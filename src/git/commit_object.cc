// SPDX-License-Identifier: Apache-2.0
#include "git/commit_object.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "git/corrupt.h"
#include "git/header_lines.h"

namespace gitsync::git {

using util::Result;

namespace {

constexpr std::string_view kBlanks = " \t\r\n";

std::string_view without_blanks_at_end(std::string_view text) {
  return text.substr(0, text.find_last_not_of(kBlanks) + 1);
}

// "Name <address> time zone": what stands before the address.
std::string_view name_of(std::string_view person) {
  const auto address = person.find('<');
  if (address == std::string_view::npos) return {};
  return without_blanks_at_end(person.substr(0, address));
}

// Nothing is told if no zone follows: tried with git 2.39, which then prints no time either.
std::int64_t time_of(std::string_view person) {
  auto text = person.substr(std::min(person.rfind('>'), person.size() - 1) + 1);
  text.remove_prefix(std::min(text.find_first_not_of(' '), text.size()));
  std::int64_t time = 0;
  const char* const end = text.data() + text.size();
  // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage): `end` tells where it ends
  const auto [stop, error] = std::from_chars(text.data(), end, time);
  return error == std::errc{} && stop != end && *stop == ' ' && time > 0 ? time : 0;
}

// Lines up to the first blank one, joined by blanks.
std::string subject_of(std::string_view message) {
  std::string subject;
  while (!message.empty()) {
    const auto end = std::min(message.find('\n'), message.size());
    const auto line = without_blanks_at_end(message.substr(0, end));
    message.remove_prefix(std::min(end + 1, message.size()));
    if (line.empty() && !subject.empty()) break;
    if (line.empty()) continue;
    if (!subject.empty()) subject += ' ';
    subject += line;
  }
  return subject;
}

void read_header(Commit& commit, const HeaderLine& line) {
  if (line.name == "author") {
    commit.author = name_of(line.value);
  } else if (line.name == "committer" && !line.value.empty()) {
    commit.committer_time = time_of(line.value);
  } else if (line.name == "encoding") {
    commit.encoding = line.value;
  } else if (line.name == "gpgsig" || line.name == "gpgsig-sha256") {
    commit.is_signed = true;
  }
}

}  // namespace

Result<Commit> parse_commit(std::string_view bytes) {
  HeaderLines lines(bytes);
  auto line = lines.next();
  const auto tree = line && line->name == "tree" ? ObjectId::from_hex(line->value) : std::nullopt;
  if (!tree) return corrupt("commit without a tree");
  Commit commit{.tree = *tree};
  // Parents stand here, or they are none.
  for (line = lines.next(); line && line->name == "parent"; line = lines.next()) {
    const auto parent = ObjectId::from_hex(line->value);
    if (!parent) return corrupt("commit with a bad parent");
    commit.parents.push_back(*parent);
  }
  for (; line; line = lines.next()) read_header(commit, *line);
  commit.subject = subject_of(lines.message());
  return commit;
}

}  // namespace gitsync::git
