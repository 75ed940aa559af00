// SPDX-License-Identifier: Apache-2.0
#include "util/token.h"

#include <algorithm>
#include <array>

namespace gitsync::util {
namespace {

// What the hosts document. Short on purpose: a new one costs time in every record.
constexpr std::array<std::string_view, 16> kPrefixes{
    "ghp_",   "gho_",  "ghu_",   "ghs_",   "ghr_", "github_pat_",  // GitHub
    "glpat-", "gldt-", "glcbt-", "glptt-",                         // GitLab
    "ATBB",   "ATCTT",                                             // Bitbucket
    "xoxb-",  "xoxp-",                                             // Slack
    "AKIA",   "ASIA",                                              // AWS
};
constexpr std::size_t kMinRest = 8;  // a shorter one is a name in a text about tokens

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

}  // namespace

std::size_t prefixed_token_length(std::string_view text) {
  const auto ends = [](char c) { return !is_letter(c) && !is_digit(c) && c != '_' && c != '-'; };
  for (const std::string_view prefix : kPrefixes) {
    if (!text.starts_with(prefix)) continue;
    const auto rest = text.substr(prefix.size());
    const auto more = static_cast<std::size_t>(std::ranges::find_if(rest, ends) - rest.begin());
    const auto length = prefix.size() + more;
    return length >= prefix.size() + kMinRest ? length : 0;
  }
  return 0;
}

bool looks_like_token(std::string_view text) {
  constexpr std::size_t kMinRun = 20;
  if (prefixed_token_length(text) > 0) return true;
  std::size_t letters = 0;
  std::size_t digits = 0;
  for (const char c : text) {
    if (is_letter(c)) {
      ++letters;
    } else if (is_digit(c)) {
      ++digits;
    } else {
      letters = digits = 0;
    }
    if (letters > 0 && digits > 0 && letters + digits >= kMinRun) return true;
  }
  return false;
}

}  // namespace gitsync::util
