// SPDX-License-Identifier: Apache-2.0
// Text that is quoted for other programs: whoever reads it by that program's rules gets the same
// bytes back, and nothing besides. Rules: sh(1), git-config(1).

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

#include "cli/private_config.h"
#include "util/quote.h"
#include "util/text.h"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

// One word as a shell reads it; nothing if the text is more than one, or would be expanded.
std::optional<std::string> read_shell_word(std::string_view text) {
  constexpr std::string_view kSpecial = " \t\n;&|<>()$`\"*?[]#~!{}\\";
  std::string word;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\'') {
      const auto end = text.find('\'', i + 1);
      if (end == std::string_view::npos) return std::nullopt;
      word += text.substr(i + 1, end - i - 1);
      i = end;
    } else if (text[i] == '\\' && i + 1 < text.size()) {
      word += text[++i];
    } else if (kSpecial.find(text[i]) == std::string_view::npos) {
      word += text[i];
    } else {
      return std::nullopt;
    }
  }
  return word;
}

// A quoted value as git reads it; nothing if it ends early or holds an illegal escape.
std::optional<std::string> read_config_value(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::nullopt;
  text = text.substr(1, text.size() - 2);
  std::string value;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\n' || text[i] == '"') return std::nullopt;
    if (text[i] != '\\') {
      value += text[i];
      continue;
    }
    if (++i == text.size()) return std::nullopt;
    switch (text[i]) {
      case 'n':
        value += '\n';
        break;
      case 't':
        value += '\t';
        break;
      case '"':
      case '\\':
        value += text[i];
        break;
      default:
        return std::nullopt;
    }
  }
  return value;
}

void check_one_line(std::string_view text) {
  for (const char c : text) require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gitsync;
  const std::string text(reinterpret_cast<const char*>(data), size);
  require(!util::shell_quote(text).empty());
  require(read_shell_word(util::shell_quote(text)) == text);
  require(read_config_value(cli::config_quote(text)) == text);
  check_one_line(util::escaped(text));
  check_one_line(util::quoted(text));
  return 0;
}
