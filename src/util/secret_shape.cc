// SPDX-License-Identifier: Apache-2.0
#include "util/secret_shape.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "util/base64.h"
#include "util/text.h"
#include "util/token.h"
#include "util/url.h"

namespace gitsync::util {
namespace {

constexpr auto kNowhere = std::string_view::npos;

// What of a text is secret.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
};
using Found = std::optional<Span>;

bool is_alnum(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Whether `word`, in lower case, stands at this place, in any case.
bool stands_at(std::string_view text, std::size_t at, std::string_view word) {
  if (text.size() - at < word.size()) return false;
  return std::ranges::equal(text.substr(at, word.size()), word, {}, lower);
}

std::size_t skip(std::string_view text, std::size_t at, std::string_view characters) {
  return std::min(text.find_first_not_of(characters, at), text.size());
}
std::size_t until(std::string_view text, std::size_t at, std::string_view characters) {
  return std::min(text.find_first_of(characters, at), text.size());
}

Found span(std::size_t begin, std::size_t end) {
  if (begin >= end) return std::nullopt;
  return Span{begin, end};
}

constexpr std::string_view kEndsLine = "\r\n\"'`<>\\";
constexpr std::string_view kEndsWord = " \t\r\n\"'`<>\\,;";
constexpr std::string_view kToken68 =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~+/=";

// The end of the name of an authentication scheme and the blanks after it; `at` if none is there.
std::size_t skip_scheme(std::string_view text, std::size_t at) {
  for (const std::string_view scheme :
       {"basic", "bearer", "token", "negotiate", "digest", "ntlm", "apikey"}) {
    const std::size_t end = at + scheme.size();
    if (stands_at(text, at, scheme) && end < text.size() && text[end] == ' ') {
      return skip(text, end, " ");
    }
  }
  return at;
}

// `Name: value`, also as "Name": "value" in JSON.
Found header(std::string_view text, std::size_t at) {
  for (const std::string_view name :
       {"authorization", "proxy-authorization", "private-token", "job-token", "deploy-token",
        "x-api-key", "cookie", "set-cookie"}) {
    if (!stands_at(text, at, name)) continue;
    const std::size_t colon = skip(text, at + name.size(), "\\\"' ");
    if (colon == text.size() || (text[colon] != ':' && text[colon] != '=')) continue;
    const std::size_t value = skip(text, colon + 1, "\\\"' ");
    return span(skip_scheme(text, value), until(text, value, kEndsLine));
  }
  return std::nullopt;
}

Found bearer(std::string_view text, std::size_t at) {
  if (!stands_at(text, at, "bearer ")) return std::nullopt;
  const std::size_t start = skip(text, at + 7, " ");
  const std::size_t end = skip(text, start, kToken68);
  const std::string_view run = text.substr(start, end - start);
  const bool has_digit = run.find_first_of("0123456789") != kNowhere;
  return run.size() >= 8 && (has_digit || run.size() >= 20) ? span(start, end) : std::nullopt;
}

// Only what decodes to user:password, since `Basic` is also a word.
Found basic(std::string_view text, std::size_t at) {
  if (!stands_at(text, at, "basic ")) return std::nullopt;
  const std::size_t begin = skip(text, at + 6, " ");
  const std::size_t end = skip(text, begin, kToken68);
  const auto decoded = base64_decode(text.substr(begin, end - begin));
  if (!decoded || decoded->find(':') == std::string::npos) return std::nullopt;
  return span(begin, end);
}

Found prefixed_token(std::string_view text, std::size_t at) {
  return span(at, at + prefixed_token_length(text.substr(at)));
}

// RFC 7519: three parts of base64 with dots between; the first one is a short JSON object.
Found web_token(std::string_view text, std::size_t at) {
  constexpr std::size_t kMaxHead = 512;
  if (!text.substr(at).starts_with("eyJ")) return std::nullopt;
  const std::string_view head = text.substr(at, kMaxHead);
  const auto* const dot =
      std::ranges::find_if_not(head, [](char c) { return is_alnum(c) || c == '-' || c == '_'; });
  const auto length = static_cast<std::size_t>(dot - head.begin());
  if (length < 12 || dot == head.end() || *dot != '.') return std::nullopt;
  return span(at, skip(text, at + length, kToken68));
}

Found private_key(std::string_view text, std::size_t at) {
  constexpr std::string_view kBegin = "-----BEGIN ";
  constexpr std::string_view kFrame = "-----";
  if (!text.substr(at).starts_with(kBegin)) return std::nullopt;
  const std::size_t frame = text.find(kFrame, at + kBegin.size());
  if (frame == kNowhere || text.substr(at, frame - at).find("PRIVATE KEY") == kNowhere)
    return std::nullopt;
  const std::size_t begin = frame + kFrame.size();
  return span(begin, std::min(text.find("-----END", begin), text.size()));
}

Found password_line(std::string_view text, std::size_t at) {
  constexpr std::string_view kName = "password=";
  if (!stands_at(text, at, kName)) return std::nullopt;
  return span(at + kName.size(), until(text, at + kName.size(), kEndsWord));
}

// Of a query, a fragment or, after a semicolon, a part of the path.
Found query(std::string_view text, std::size_t at) {
  if (text[at] != '?' && text[at] != '&' && text[at] != '#' && text[at] != ';') {
    return std::nullopt;
  }
  const std::size_t equals = until(text, at + 1, "=?&#;/ \t\r\n\"'\\");
  if (equals == text.size() || text[equals] != '=' ||
      !is_secret_name(text.substr(at + 1, equals - at - 1))) {
    return std::nullopt;
  }
  return span(equals + 1, until(text, equals + 1, "&# \t\r\n\"'`<>\\"));
}

// One word of a command line; quotes, also escaped ones, may stand around it.
Span shell_word(std::string_view text, std::size_t at) {
  const std::size_t quote = skip(text, at, "\\");
  if (quote < text.size() && (text[quote] == '"' || text[quote] == '\'')) {
    const std::string_view delimiter = text.substr(at, quote + 1 - at);
    return {quote + 1, std::min(text.find(delimiter, quote + 1), text.size())};
  }
  return {at, until(text, at, " \t\r\n\"'")};
}

// sshpass(1): the variable of this name holds the password; of the program's options -p takes it,
// and -f, -d and -P take another word.
Found sshpass(std::string_view text, std::size_t at) {
  constexpr std::string_view kName = "sshpass";
  if (!stands_at(text, at, kName)) return std::nullopt;
  const std::size_t after = at + kName.size();
  if (after < text.size() && text[after] == '=') {
    const Span value = shell_word(text, after + 1);
    return span(value.begin, value.end);
  }
  constexpr int kMostOptions = 8;
  std::size_t word = skip(text, after, "\"' \t");
  for (int i = 0; i < kMostOptions && word + 1 < text.size() && text[word] == '-'; ++i) {
    const char option = text[word + 1];
    std::size_t end = word + 2;
    if (option == 'p' || option == 'f' || option == 'd' || option == 'P') {
      const Span value = shell_word(text, skip(text, end, " \t"));
      if (option == 'p') return span(value.begin, value.end);
      end = value.end;
    }
    end = until(text, end, " \t");
    word = skip(text, end, " \t");
  }
  return std::nullopt;
}

struct Shape {
  std::string_view first;  // what it may begin with
  Found (*find)(std::string_view text, std::size_t at);
};

constexpr std::array<Shape, 9> kShapes{{
    {"gGAx", prefixed_token},
    {"aApPjJdDxXcCsS", header},
    {"bB", bearer},
    {"bB", basic},
    {"e", web_token},
    {"-", private_key},
    {"pP", password_line},
    {"?&#;", query},
    {"sS", sshpass},
}};

// Which shapes may begin with a byte, as bits.
constexpr std::array<std::uint16_t, 256> kCandidates = [] {
  std::array<std::uint16_t, 256> candidates{};
  for (std::size_t i = 0; i < kShapes.size(); ++i) {
    for (const char c : kShapes[i].first) {
      auto& bits = candidates[static_cast<unsigned char>(c)];
      bits = static_cast<std::uint16_t>(bits | (1U << i));
    }
  }
  return candidates;
}();

// Within a word nothing begins; `\n` in a quoted text is a line break, though.
bool is_inside_word(std::string_view text, std::size_t at) {
  if (at == 0 || !is_alnum(text[at - 1]) || !is_alnum(text[at])) return false;
  return at == 1 || text[at - 2] != '\\';
}

Found find_at(std::string_view text, std::size_t at) {
  const unsigned candidates = kCandidates[static_cast<unsigned char>(text[at])];
  if (candidates == 0 || is_inside_word(text, at)) return std::nullopt;
  for (std::size_t i = 0; i < kShapes.size(); ++i) {
    if ((candidates & (1U << i)) == 0) continue;
    if (const auto found = kShapes[i].find(text, at)) return found;
  }
  return std::nullopt;
}

template <typename Use>
void for_each_span(std::string_view text, Use use) {
  for (std::size_t at = 0; at < text.size();) {
    const auto found = find_at(text, at);
    if (found) use(*found);
    at = found ? found->end : at + 1;
  }
}

}  // namespace

std::string redact_shapes(std::string_view text) {
  const std::string shown = redact_urls_in(text);
  const std::string_view rest = shown;
  std::string out;
  std::size_t done = 0;
  for_each_span(rest, [&](Span found) {
    out += rest.substr(done, found.begin - done);
    out += "REDACTED";
    done = found.end;
  });
  out += rest.substr(done);
  return out;
}

std::vector<std::string> find_shapes(std::string_view text) {
  std::vector<std::string> secrets;
  for_each_span(text, [&](Span found) {
    secrets.emplace_back(text.substr(found.begin, found.end - found.begin));
  });
  return secrets;
}

bool is_secret_name(std::string_view name) {
  const std::string word = to_lower(name);
  for (const std::string_view whole : {"sig", "auth", "key"}) {
    if (word == whole) return true;
  }
  return std::ranges::any_of(
      std::array<std::string_view, 9>{"token", "passw", "secret", "apikey", "api_key", "api-key",
                                      "access_key", "signature", "authorization"},
      [&](std::string_view part) { return word.find(part) != std::string::npos; });
}

}  // namespace gitsync::util
