// SPDX-License-Identifier: Apache-2.0
#include "config/git_config_pairs.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "util/config_secret.h"
#include "util/secret_shape.h"

namespace gitsync::config {
namespace {

using util::ErrorKind;
using util::Result;

constexpr std::string_view kRedacted = "REDACTED";

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {}

  bool at_end() const { return position_ == text_.size(); }

  Result<std::string> key() {
    if (peek('"')) {
      GS_TRY(std::string quoted, quoted_text());
      if (!take(':')) return invalid("a quoted key must be followed by a colon");
      return quoted;
    }
    // From the second character on: the first is part of the key whatever it is.
    const std::size_t colon = text_.find(':', position_ + 1);
    if (colon == std::string_view::npos) return invalid("a key without a colon");
    std::string plain(text_.substr(position_, colon - position_));
    position_ = colon + 1;
    return plain;
  }

  Result<std::string> value() {
    if (at_end()) return invalid(R"(nothing after the colon; an empty value is written "")");
    const bool is_quoted = peek('"');
    GS_TRY(std::string value, is_quoted ? quoted_text() : plain_value());
    if (!at_end() && !take(',')) return invalid("a quoted value must be followed by a comma");
    return value;
  }

 private:
  std::unexpected<util::Error> invalid(std::string_view what) const {
    return util::fail(ErrorKind::kInvalid,
                      std::string(what) + " (character " + std::to_string(position_ + 1) + ")",
                      "expected: key:value pairs separated by commas");
  }

  bool peek(char c) const { return !at_end() && text_[position_] == c; }

  bool take(char c) {
    if (!peek(c)) return false;
    ++position_;
    return true;
  }

  // Reads what follows a backslash.
  Result<char> escape() {
    constexpr std::array<std::pair<char, char>, 5> kEscapes{
        {{'n', '\n'}, {'t', '\t'}, {'"', '"'}, {',', ','}, {'\\', '\\'}}};
    for (const auto& [letter, meaning] : kEscapes) {
      if (take(letter)) return meaning;
    }
    return invalid("an unknown escape");
  }

  Result<std::string> quoted_text() {
    std::string out;
    ++position_;
    while (!take('"')) {
      if (at_end()) return invalid("a quote that does not end");
      GS_TRY(const char c, next());
      out += c;
    }
    return out;
  }

  Result<std::string> plain_value() {
    std::string out(1, text_[position_++]);
    while (!at_end() && !peek(',')) {
      GS_TRY(const char c, next());
      out += c;
    }
    return out;
  }

  Result<char> next() {
    if (take('\\')) return escape();
    return text_[position_++];
  }

  std::string_view text_;
  std::size_t position_ = 0;
};

}  // namespace

Result<GitConfigPairs> parse_git_config(std::string_view text) {
  GitConfigPairs pairs;
  Reader reader(text);
  while (!reader.at_end()) {
    GS_TRY(std::string key, reader.key());
    GS_TRY(std::string value, reader.value());
    pairs.emplace_back(std::move(key), std::move(value));
  }
  return pairs;
}

std::string redact_git_config(std::string_view text) {
  const auto pairs = parse_git_config(text);
  if (!pairs) return std::string(kRedacted);
  // Only then as it was typed, which is easier to recognise.
  const bool plain = std::ranges::all_of(*pairs, [](const auto& pair) {
    return util::redact_setting(pair.first, pair.second) == util::redact_shapes(pair.second);
  });
  if (plain) return util::redact_shapes(text);
  std::string out;
  for (const auto& [key, value] : *pairs) {
    if (!out.empty()) out += ',';
    out += util::redact_shapes(key) + ':' + util::redact_setting(key, value);
  }
  return out;
}

}  // namespace gitsync::config
