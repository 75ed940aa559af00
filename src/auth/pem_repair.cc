// SPDX-License-Identifier: Apache-2.0
#include "auth/pem_repair.h"

#include <algorithm>

#include "util/base64.h"
#include "util/text.h"

namespace gitsync::auth {
namespace {

constexpr std::string_view kFrame = "-----";
constexpr std::string_view kBegin = "-----BEGIN ";

void replace_all(std::string& text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
}

std::string without_base64(std::string_view text) {
  std::string packed(text);
  std::erase_if(packed, [](char c) { return c == ' ' || c == '\n' || c == '\t'; });
  const auto decoded = util::base64_decode(packed);
  return decoded && decoded->contains(kBegin) ? *decoded : std::string(text);
}

// -----BEGIN KIND----- body -----END KIND----- on one line: only the body's blanks are line breaks.
std::string without_blanks(const std::string& text) {
  const std::size_t begin = text.find(kBegin);
  if (begin == std::string::npos) return text;
  const std::size_t body = text.find(kFrame, begin + kBegin.size());
  const std::size_t end = text.find("-----END ", body == std::string::npos ? begin : body);
  if (body == std::string::npos || end == std::string::npos) return text;
  const std::size_t first = body + kFrame.size();
  std::string lines = text.substr(first, end - first);
  std::ranges::replace(lines, ' ', '\n');
  std::ranges::replace(lines, '\t', '\n');
  return text.substr(begin, first - begin) + '\n' + lines + '\n' + text.substr(end);
}

}  // namespace

std::string repair_pem(std::string_view text) {
  std::string key(util::trim(text));
  if (!key.contains(kBegin)) key = without_base64(key);
  replace_all(key, "\\r", "");
  replace_all(key, "\\n", "\n");
  replace_all(key, "\r\n", "\n");
  replace_all(key, "\r", "\n");
  std::string out;
  for (const std::string& line : util::split(without_blanks(key), '\n')) {
    const auto content = util::trim(line);
    if (content.empty()) continue;
    out += content;
    out += '\n';
  }
  return out;
}

}  // namespace gitsync::auth
