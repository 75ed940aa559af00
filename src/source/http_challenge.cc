// SPDX-License-Identifier: Apache-2.0
#include "source/http_challenge.h"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <ctime>

#include "util/text.h"

namespace gitsync::source {
namespace {

constexpr std::chrono::seconds kLongest = std::chrono::hours(24);

bool is_token_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").contains(c);
}

// A date of HTTP in seconds since 1970; nothing if it is none.
std::optional<std::time_t> date_in(std::string_view value) {
  if (value.empty()) return std::nullopt;
  const auto date = ::curl_getdate(std::string(value).c_str(), nullptr);
  return date < 0 ? std::nullopt : std::optional(date);
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool at_end() const { return text_.empty(); }
  void skip(std::string_view characters) {
    text_.remove_prefix(std::min(text_.find_first_not_of(characters), text_.size()));
  }
  std::string_view token() {
    const auto* const end = std::ranges::find_if_not(text_, is_token_char);
    return take(static_cast<std::size_t>(end - text_.begin()));
  }
  bool is_at(char c) const { return text_.starts_with(c); }
  // Up to a comma that is not in a quoted string.
  void skip_element() {
    bool quoted = false;
    std::size_t i = 0;
    for (; i < text_.size() && (quoted || text_[i] != ','); ++i) {
      if (text_[i] == '"') quoted = !quoted;
      if (quoted && text_[i] == '\\') ++i;
    }
    take(std::min(i, text_.size()));
  }

 private:
  std::string_view take(std::size_t size) {
    const auto taken = text_.substr(0, size);
    text_.remove_prefix(size);
    return taken;
  }

  std::string_view text_;
};

}  // namespace

std::vector<std::string> schemes_in(std::string_view value) {
  std::vector<std::string> schemes;
  Scanner scanner(value);
  while (true) {
    scanner.skip(" \t,");
    if (scanner.at_end()) return schemes;
    const auto word = scanner.token();
    if (word.empty()) return schemes;
    scanner.skip(" \t");
    // "name=value" goes on with the scheme before.
    if (!scanner.is_at('=')) schemes.push_back(util::to_lower(word));
    scanner.skip_element();
  }
}

std::vector<std::string> challenges(const net::ResponseHead& head, std::string_view name) {
  std::vector<std::string> all;
  for (const auto& [key, value] : head.headers) {
    if (util::to_lower(key) != util::to_lower(name)) continue;
    for (auto& scheme : schemes_in(value)) all.push_back(std::move(scheme));
  }
  return all;
}

std::optional<std::chrono::seconds> retry_after(const net::ResponseHead& head,
                                                std::chrono::system_clock::time_point now) {
  const std::string value(head.header("Retry-After"));
  if (value.empty()) return std::nullopt;
  long long seconds = 0;
  const auto* const end = value.data() + value.size();
  const auto read = std::from_chars(value.data(), end, seconds);
  if (read.ptr != end || read.ec == std::errc::invalid_argument) {
    const auto date = date_in(value);
    if (!date) return std::nullopt;
    seconds =
        *date - date_in(head.header("Date")).value_or(std::chrono::system_clock::to_time_t(now));
  } else if (read.ec == std::errc::result_out_of_range) {
    seconds = kLongest.count();
  }
  return std::clamp(std::chrono::seconds(seconds), std::chrono::seconds(0), kLongest);
}

}  // namespace gitsync::source
