// SPDX-License-Identifier: Apache-2.0
#include "log/redactor.h"

#include <algorithm>

#include "util/secret_shape.h"
#include "util/text.h"

namespace gitsync::log {
namespace {

constexpr std::string_view kReplacement = "REDACTED";
constexpr std::size_t kMinSecretLine = 16;

// Credentials that rotate would grow the list for ever: the first ones, which come from the
// settings, stay, and of the others the newest.
constexpr std::size_t kPinnedSecrets = 128;
constexpr std::size_t kMaxSecrets = 256;

enum class Spelling { kPlain, kPercent, kBackslash };

bool is_percent_encoded(std::string_view text, char byte) {
  if (text.size() < 3 || text[0] != '%') return false;
  const int high = util::hex_value(text[1]);
  const int low = util::hex_value(text[2]);
  return high >= 0 && low >= 0 && static_cast<char>(high * 16 + low) == byte;
}

// How many bytes at the start of `text` spell `byte`; 0 if it begins with something else.
std::size_t spelled(std::string_view text, char byte, Spelling spelling) {
  if (text.empty()) return 0;
  if (spelling == Spelling::kPercent && is_percent_encoded(text, byte)) return 3;
  if (spelling == Spelling::kPercent && byte == '%') return 0;
  if (spelling == Spelling::kBackslash && (byte == '"' || byte == '\\')) {
    return text.size() > 1 && text[0] == '\\' && text[1] == byte ? 2 : 0;
  }
  return text[0] == byte ? 1 : 0;
}

// How many bytes at the start of `text` spell the whole secret; 0 if they do not.
std::size_t match(std::string_view text, std::string_view secret, Spelling spelling) {
  std::size_t length = 0;
  for (const char byte : secret) {
    const std::size_t step = spelled(text.substr(length), byte, spelling);
    if (step == 0) return 0;
    length += step;
  }
  return length;
}

std::size_t longest_match(std::string_view text, const std::vector<std::string>& secrets) {
  std::size_t longest = 0;
  for (const std::string& secret : secrets) {
    if (text[0] != secret[0] && text[0] != '%' && text[0] != '\\') continue;
    for (const auto spelling : {Spelling::kPlain, Spelling::kPercent, Spelling::kBackslash}) {
      longest = std::max(longest, match(text, secret, spelling));
    }
  }
  return longest;
}

}  // namespace

void Redactor::add(std::string_view secret) {
  secret = util::trim(secret);
  const util::MutexLock lock(mutex_);
  remember(secret);
  if (!secret.contains('\n')) return;
  for (const std::string& line : util::split(secret, '\n')) {
    const auto text = util::trim(line);
    // The lines that frame a key are the same for everybody.
    if (text.size() >= kMinSecretLine && !text.starts_with("-----")) remember(text);
  }
}

void Redactor::remember(std::string_view secret) {
  if (secret.size() < kMinSecret || std::ranges::find(secrets_, secret) != secrets_.end()) return;
  if (secrets_.size() == kMaxSecrets) secrets_.erase(secrets_.begin() + kPinnedSecrets);
  secrets_.emplace_back(secret);
  for (const char c : {secret[0], '%', '\\'}) first_bytes_.set(static_cast<unsigned char>(c));
}

std::string Redactor::redact(std::string_view text) const {
  return util::redact_shapes(without_known(text));
}

std::string Redactor::without_known(std::string_view text) const {
  const util::ReaderLock lock(mutex_);
  std::string result;
  result.reserve(text.size());
  while (!text.empty()) {
    const bool possible = first_bytes_.test(static_cast<unsigned char>(text[0]));
    const std::size_t length = possible ? longest_match(text, secrets_) : 0;
    if (length > 0) {
      result += kReplacement;
    } else {
      result += text[0];
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return result;
}

}  // namespace gitsync::log
