// SPDX-License-Identifier: Apache-2.0
#include "git/config_file.h"

#include <utility>

namespace gitsync::git {
namespace {

using util::Result;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// git's own classes of characters, whatever the locale.
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_name(char c) { return is_letter(c) || (c >= '0' && c <= '9') || c == '-'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

class Reader {
 public:
  explicit Reader(std::string_view text) : text_(text) {
    if (text_.starts_with(kByteOrderMark)) text_.remove_prefix(kByteOrderMark.size());
  }

  Result<std::vector<ConfigEntry>> read() {
    std::vector<ConfigEntry> entries;
    while (skip_to_item()) {
      if (peek() == '[') {
        GS_TRY_VOID(read_header());
        continue;
      }
      GS_TRY(auto entry, read_entry());
      entries.push_back(std::move(entry));
    }
    return entries;
  }

 private:
  bool at_end() const { return at_ >= text_.size(); }
  // The end of the text counts as the end of a line, and so does CR LF.
  char peek() const {
    if (at_end()) return '\n';
    const bool is_break = text_[at_] == '\r' && at_ + 1 < text_.size() && text_[at_ + 1] == '\n';
    return is_break ? '\n' : text_[at_];
  }
  char next() {
    const char c = peek();
    if (!at_end() && text_[at_] == '\r' && c == '\n') ++at_;
    if (!at_end()) ++at_;
    if (c == '\n') ++line_;
    return c;
  }
  std::unexpected<util::Error> bad(std::string_view what) const {
    return util::fail(util::ErrorKind::kInvalid,
                      "line " + std::to_string(line_) + ": " + std::string(what));
  }

  void skip_line() {
    while (!at_end() && next() != '\n') {
    }
  }

  // Past blank lines and comments; false at the end.
  bool skip_to_item() {
    while (!at_end()) {
      const char c = peek();
      if (c == '#' || c == ';') {
        skip_line();
      } else if (is_blank(c) || c == '\n') {
        next();
      } else {
        return true;
      }
    }
    return false;
  }

  Result<void> read_header() {
    next();
    section_.clear();
    while (is_name(peek()) || peek() == '.') section_ += lower(next());
    if (section_.empty() || section_[0] == '.') return bad("a section without a name");
    if (is_blank(peek())) GS_TRY_VOID(read_subsection());
    if (peek() != ']') return bad("bad section header");
    next();
    return {};
  }

  Result<void> read_subsection() {
    while (is_blank(peek())) next();
    if (peek() != '"') return bad("bad section header");
    next();
    section_ += '.';
    while (peek() != '"') {
      if (peek() == '\\') next();
      if (peek() == '\n' || peek() == '\0') return bad("bad subsection");
      section_ += next();
    }
    next();
    return {};
  }

  Result<ConfigEntry> read_entry() {
    if (section_.empty()) return bad("a setting before the first section");
    if (!is_letter(peek())) return bad("bad name of a setting");
    ConfigEntry entry{.key = section_ + '.', .value = std::nullopt};
    while (is_name(peek())) entry.key += lower(next());
    while (peek() == ' ' || peek() == '\t') next();
    if (peek() == '\n') {
      next();
      return entry;
    }
    if (next() != '=') return bad("bad name of a setting");
    GS_TRY(entry.value, read_value());
    return entry;
  }

  Result<std::string> read_value() {
    while (is_blank(peek())) next();
    std::string value;
    std::size_t kept = 0;  // up to here the value is not trailing white space
    bool quoted = false;
    for (;;) {
      if (peek() == '\0') return bad("NUL in a value");
      if (peek() == '\n' && quoted) return bad("a quote is not closed");
      const char c = next();
      if (c == '\n') break;
      if (!quoted && (c == '#' || c == ';')) {
        skip_line();
        break;
      }
      if (c == '"') {
        quoted = !quoted;
        kept = value.size();
        continue;
      }
      if (c == '\\') {
        if (peek() == '\n') {
          next();
          continue;
        }
        GS_TRY(const char escaped, escape());
        value += escaped;
        kept = value.size();
        continue;
      }
      value += c;
      if (quoted || !is_blank(c)) kept = value.size();
    }
    value.resize(kept);
    return value;
  }

  Result<char> escape() {
    switch (const char c = next()) {
      case 'n':
        return '\n';
      case 't':
        return '\t';
      case 'b':
        return '\b';
      case '"':
      case '\\':
        return c;
      default:
        return bad("bad escape");
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
  std::string section_;  // with its subsection
};

}  // namespace

util::Result<std::vector<ConfigEntry>> parse_config_file(std::string_view text) {
  return Reader(text).read();
}

ConfigKey split_config_key(std::string_view key) {
  const auto first = key.find('.');
  const auto last = key.rfind('.');
  ConfigKey parts{.section = key.substr(0, first), .subsection = {}, .name = key.substr(last + 1)};
  if (last > first) parts.subsection = key.substr(first + 1, last - first - 1);
  return parts;
}

}  // namespace gitsync::git
