// SPDX-License-Identifier: Apache-2.0
// Which settings of the form http.<url>.* hold for a URL, and which of them counts most:
// git-config(1), "http.<url>.*".

#pragma once

#include <compare>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace gitsync::git {

// A URL in the one spelling in which git compares it.
struct ConfigUrl {
  std::string scheme;               // lower case
  std::optional<std::string> user;  // decoded; a password is left out
  std::string host;                 // lower case
  std::string port;                 // empty: the scheme's own
  std::string path;                 // with the query; begins with '/'
};

// Nothing for what git takes for no URL.
std::optional<ConfigUrl> normalize_config_url(std::string_view text);

// How well a setting fits. The greater one wins; of equal ones the later.
struct UrlRank {
  std::size_t host = 0;  // a setting without URL has zeros only
  std::size_t path = 0;
  bool user = false;

  auto operator<=>(const UrlRank&) const = default;
};

// `setting`: of a key; a label of its host may be "*". Nothing: it does not hold for `url`.
std::optional<UrlRank> match_config_url(const ConfigUrl& setting, const ConfigUrl& url);

}  // namespace gitsync::git
