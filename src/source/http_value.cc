// SPDX-License-Identifier: Apache-2.0
#include "source/http_value.h"

#include <charconv>
#include <limits>

#include "util/text.h"

namespace gitsync::source {

std::optional<bool> git_bool(std::string_view value) {
  const auto word = util::to_lower(value);
  if (word == "true" || word == "yes" || word == "on") return true;
  if (word == "false" || word == "no" || word == "off" || word.empty()) return false;
  const auto number = git_number(word);
  return number ? std::optional(*number != 0) : std::nullopt;
}

std::optional<long> git_number(std::string_view value) {
  long number = 0;
  const auto* const end = value.data() + value.size();
  const auto read = std::from_chars(value.data(), value.data() + value.size(), number);
  if (read.ec != std::errc() || number < 0) return std::nullopt;
  if (read.ptr == end) return number;
  constexpr std::string_view kSuffixes = "kmg";
  const auto power = kSuffixes.find(util::to_lower({read.ptr, end}));
  if (end - read.ptr != 1 || power == std::string_view::npos) return std::nullopt;
  const long factor = 1L << (10 * (power + 1));
  if (number > std::numeric_limits<long>::max() / factor) return std::nullopt;
  return number * factor;
}

std::optional<std::string> git_path(std::string_view value, std::string_view home) {
  if (value.empty() || value.starts_with("%(")) return std::nullopt;
  if (!value.starts_with('~')) return std::string(value);
  if (!value.starts_with("~/") || home.empty()) return std::nullopt;
  return std::string(home) + std::string(value.substr(1));
}

std::optional<net::Header> git_header(std::string_view line) {
  const auto end = line.find_first_of(":;");
  if (end == std::string_view::npos || end == 0) return std::nullopt;
  net::Header header(line.substr(0, end), util::trim(line.substr(end + 1)));
  // "Name:" takes a header of libcurl's out.
  if (header.second.empty() != (line[end] == ';')) return std::nullopt;
  net::Request request;
  request.headers.push_back(header);
  return net::check(request) ? std::optional(std::move(header)) : std::nullopt;
}

}  // namespace gitsync::source
