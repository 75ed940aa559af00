// SPDX-License-Identifier: Apache-2.0
#include "git/attributes.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

#include "git/not_understood.h"
#include "util/quote.h"

namespace gitsync::git {
namespace {

using util::Result;

// The attributes that git looks at when it writes a file. Others, known or not, may say anything.
constexpr std::array<std::string_view, 6> kAtCheckout{"filter", "ident", "text",
                                                      "crlf",   "eol",   "working-tree-encoding"};

// What may be said of those (tried): without `eol`, text is written as it is stored.
constexpr std::array<std::string_view, 16> kHarmless{
    "-filter", "!filter",    "-ident", "!ident",
    "text",    "-text",      "!text",  "text=auto",
    "crlf",    "-crlf",      "!crlf",  "-eol",
    "!eol",    "crlf=input", "eol=lf", "!working-tree-encoding"};

constexpr std::string_view kBlanks = " \t\r";
constexpr std::size_t kShownBytes = 60;

bool is_in(std::string_view word, auto words) {
  return std::ranges::find(words, word) != words.end();
}

bool is_harmless(std::string_view word) {
  auto name = word.substr(0, word.find('='));
  name.remove_prefix(std::min(name.find_first_not_of("-!"), name.size()));
  return !is_in(name, kAtCheckout) || is_in(word, kHarmless);
}

// Removes the first word from `text`, and blanks before and after it.
std::string_view next_word(std::string_view& text) {
  text.remove_prefix(std::min(text.find_first_not_of(kBlanks), text.size()));
  const auto word = text.substr(0, text.find_first_of(kBlanks));
  text.remove_prefix(word.size());
  return word;
}

// Behind the closing quote of a quoted pattern, where no blank needs to be; empty if there is none.
std::string_view behind_quotes(std::string_view text) {
  if (!text.starts_with('"')) return "";
  for (std::size_t i = 1; i < text.size(); ++i) {
    if (text[i] == '\\') {
      ++i;
    } else if (text[i] == '"') {
      return text.substr(i + 1);
    }
  }
  return "";
}

// git may end the text at a NUL, and takes other control characters for letters.
bool is_odd(char c) { return (static_cast<unsigned char>(c) < ' ' && c != '\t' && c != '\r'); }

// The first word of the line that does harm, or empty. A macro is what its words are.
std::string_view harm_in(std::string_view line) {
  line.remove_prefix(std::min(line.find_first_not_of(kBlanks), line.size()));
  if (line.starts_with('#')) return "";
  if (std::ranges::any_of(line, is_odd)) return line;
  // A quote that git does not understand makes the pattern end at the first blank. So both count.
  auto quoted = behind_quotes(line);
  next_word(line);
  for (auto* const words : {&line, &quoted}) {
    while (!words->empty()) {
      const auto word = next_word(*words);
      if (!is_harmless(word)) return word;
    }
  }
  return "";
}

}  // namespace

Result<void> check_attributes(std::string_view text, std::string_view shown) {
  for (std::size_t number = 1; !text.empty(); ++number) {
    const auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    const auto harm = harm_in(line);
    if (harm.empty()) continue;
    return not_understood(util::escaped(shown) + ", line " + std::to_string(number) + ": " +
                          util::escaped(harm.substr(0, kShownBytes)));
  }
  return {};
}

}  // namespace gitsync::git
