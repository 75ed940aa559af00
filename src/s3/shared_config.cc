// SPDX-License-Identifier: Apache-2.0
#include "s3/shared_config.h"

#include <algorithm>
#include <utility>

#include "util/files.h"
#include "util/quote.h"
#include "util/text.h"

namespace gitsync::s3 {
namespace {

using util::ErrorKind;
using util::Result;

constexpr std::size_t kMaxFile = std::size_t{1} << 20;

// "[profile x]", blanks within as one; nothing for a line that is no header.
std::string header_of(std::string_view line) {
  if (!line.starts_with('[')) return {};
  const auto end = line.find(']');
  if (end == std::string_view::npos) return {};
  std::string name;
  for (const char c : util::trim(line.substr(1, end - 1))) {
    const char blank = c == '\t' ? ' ' : c;
    if (blank != ' ' || !name.ends_with(' ')) name += blank;
  }
  return name;
}

// A '#' or ';' begins a comment only after a blank.
std::string_view without_comment(std::string_view value) {
  std::size_t end = value.size();
  for (const std::string_view mark : {" #", " ;", "\t#", "\t;"}) {
    end = std::min(end, value.find(mark));
  }
  return util::trim(value.substr(0, end));
}

std::string path_of(const util::Environment& environment, std::string_view variable,
                    std::string_view name) {
  auto named = environment.get_or(variable, "");
  if (!named.empty()) return named;
  const auto home = environment.get_or("HOME", "");
  return home.empty() ? std::string() : home + "/.aws/" + std::string(name);
}

// A file that nobody named need not be there.
Result<std::string> read_if_there(const util::Environment& environment, std::string_view variable,
                                  const std::string& path) {
  const bool is_named = !environment.get_or(variable, "").empty();
  if (path.empty() || (!is_named && !util::exists(path))) return std::string();
  auto text = util::read_file(path, kMaxFile);
  if (text) return text;
  return util::fail(std::move(text).error().with_context(is_named ? variable : path));
}

}  // namespace

Section read_section(std::string_view text, std::string_view name) {
  Section section;
  bool is_inside = false;
  std::string parent;
  for (const auto& line : util::split(text, '\n')) {
    const auto trimmed = util::trim(line);
    if (trimmed.empty() || trimmed.starts_with('#') || trimmed.starts_with(';')) continue;
    if (line.starts_with('[')) {
      is_inside = header_of(line) == name;
      continue;
    }
    const auto sign = trimmed.find('=');
    if (!is_inside || sign == std::string_view::npos) continue;
    auto key = util::to_lower(util::trim(trimmed.substr(0, sign)));
    const std::string value(without_comment(trimmed.substr(sign + 1)));
    const bool is_nested = line.starts_with(' ') || line.starts_with('\t');
    if (!is_nested) parent = value.empty() ? key : std::string();
    if (is_nested && !parent.empty()) key.insert(0, parent + ".");
    section[key] = value;
  }
  return section;
}

std::string Profile::get(std::string_view key) const {
  const auto found = settings.find(key);
  return found == settings.end() ? std::string() : found->second;
}

Result<Profile> read_profile(const util::Environment& environment) {
  const auto named = environment.get_or("AWS_PROFILE", "");
  const std::string name = named.empty() ? "default" : named;
  const auto secrets_path = path_of(environment, "AWS_SHARED_CREDENTIALS_FILE", "credentials");
  const auto config_path = path_of(environment, "AWS_CONFIG_FILE", "config");
  GS_TRY(const auto secrets,
         read_if_there(environment, "AWS_SHARED_CREDENTIALS_FILE", secrets_path));
  GS_TRY(const auto config, read_if_there(environment, "AWS_CONFIG_FILE", config_path));

  Profile profile{
      .name = name,
      .origin = "profile " + util::quoted(name) + " of " + secrets_path + " and " + config_path,
      .settings = read_section(secrets, name)};
  // "[profile default]" is the same as "[default]", which wins.
  if (name == "default") profile.settings.merge(read_section(config, name));
  profile.settings.merge(read_section(config, "profile " + name));
  if (!named.empty() && profile.settings.empty()) {
    return util::fail(ErrorKind::kNotFound, "AWS_PROFILE: there is no " + profile.origin);
  }
  if (const auto services = profile.get("services"); !services.empty()) {
    profile.settings.merge(read_section(config, "services " + services));
  }
  return profile;
}

}  // namespace gitsync::s3
