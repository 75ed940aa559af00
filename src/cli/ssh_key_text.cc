// SPDX-License-Identifier: Apache-2.0
#include "cli/ssh_key_text.h"

#include <algorithm>
#include <array>

#include "util/text.h"

namespace gitsync::cli {
namespace {

using util::Cause;

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
constexpr std::string_view kBegin = "-----BEGIN ";
constexpr std::string_view kDashes = "-----";
// RFC 7468 wraps at 64; OpenSSH, which wraps at 70, reads that as well.
constexpr std::size_t kWidth = 64;

// Of an OpenSSH key the base64 of "openssh-key-v1" and NUL; then comes the name of its cipher with
// the length before it, which is "none" if there is no passphrase (PROTOCOL.key of OpenSSH).
constexpr std::string_view kOpenSshMagic = "b3BlbnNzaC1rZXktdjEA";
constexpr std::string_view kCipherNone = "AAAABG5vbmU";

bool starts_with_one_of(std::string_view text, auto prefixes) {
  return std::ranges::any_of(prefixes, [&](auto prefix) { return text.starts_with(prefix); });
}

// What is there where no private key begins.
Cause flaw_without_key(std::string_view text) {
  constexpr std::array<std::string_view, 5> kPublic{"ssh-", "ecdsa-", "sk-ssh-", "sk-ecdsa-",
                                                    "---- BEGIN SSH2 PUBLIC KEY"};
  constexpr std::array<std::string_view, 2> kEncodedBegin{"LS0tLS1CRUdJTi",  // -----BEGIN
                                                          "77u/LS0tLS1CRUdJTi"};
  if (text.empty()) return Cause::kSshKeyEmpty;
  if (text.starts_with("PuTTY-User-Key-File-")) return Cause::kSshKeyPutty;
  if (starts_with_one_of(text, kPublic)) return Cause::kSshKeyPublicHalf;
  if (starts_with_one_of(text, kEncodedBegin)) return Cause::kSshKeyBase64;
  return Cause::kSshKeyNoKey;
}

// Blanks and line breaks taken out, spelled ones too: in base64 there is no backslash.
std::string compact(std::string_view body) {
  std::string digits;
  for (std::size_t i = 0; i < body.size(); ++i) {
    if (body[i] == '\\' && i + 1 < body.size() && (body[i + 1] == 'n' || body[i + 1] == 'r')) {
      ++i;
    } else if (std::string_view(" \t\r\n").find(body[i]) == std::string_view::npos) {
      digits += body[i];
    }
  }
  return digits;
}

bool is_base64(std::string_view text) {
  return std::ranges::all_of(text, [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/' || c == '=';
  });
}

// Lines of base64 between two line breaks.
bool is_well_formed(std::string_view body) {
  return body.starts_with('\n') && body.ends_with('\n') &&
         body.find_first_of(" \t\r\\") == std::string_view::npos;
}

bool is_encrypted(std::string_view label, std::string_view body, std::string_view digits) {
  if (label.starts_with("ENCRYPTED") || body.find("ENCRYPTED") != std::string_view::npos) {
    return true;
  }
  return digits.starts_with(kOpenSshMagic) &&
         !digits.substr(kOpenSshMagic.size()).starts_with(kCipherNone);
}

std::string_view damage_of(std::string_view content) {
  if (content.find('\r') != std::string_view::npos) return "carriage returns";
  if (content.find("\\n") != std::string_view::npos) return "line breaks spelled \\n";
  if (content.starts_with(kByteOrderMark)) return "a byte order mark";
  if (!content.ends_with('\n')) return "no line break at the end";
  return "blanks or line breaks in wrong places";
}

std::string wrapped(std::string_view label, std::string_view digits) {
  const auto line = [&](std::string_view word) {
    return std::string(kDashes).append(word).append(" ").append(label).append(kDashes) + "\n";
  };
  std::string text = line("BEGIN");
  for (std::size_t i = 0; i < digits.size(); i += kWidth) {
    text.append(digits.substr(i, kWidth)) += '\n';
  }
  return text + line("END");
}

// Nothing but what stands between may be there, or it would be lost.
bool is_nothing(std::string_view text) { return compact(text).empty(); }

}  // namespace

KeyText read_key_text(std::string_view content) {
  auto text = content;
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  const auto begin = text.find(kBegin);
  if (begin == std::string_view::npos) return {.flaw = flaw_without_key(util::trim(text))};
  const auto after = text.substr(begin + kBegin.size());
  const auto label = after.substr(0, after.find(kDashes));
  if (label.ends_with("PUBLIC KEY")) return {.flaw = Cause::kSshKeyPublicHalf};
  // A certificate, say, that stands before the key.
  if (!label.ends_with("PRIVATE KEY")) return {};
  const auto last = std::string(kDashes).append("END ").append(label).append(kDashes);
  const auto end = after.find(last);
  if (end == std::string_view::npos) return {.flaw = Cause::kSshKeyCut};

  const auto body =
      after.substr(label.size() + kDashes.size(), end - label.size() - kDashes.size());
  const auto digits = compact(body);
  if (is_encrypted(label, body, digits)) return {.flaw = Cause::kSshKeyEncrypted};
  const auto rest = after.substr(end + last.size());
  if (begin == 0 && text.size() == content.size() && is_well_formed(body) &&
      rest.starts_with('\n') && rest.find('\r') == std::string_view::npos) {
    return {};
  }
  if (!is_nothing(text.substr(0, begin)) || !is_nothing(rest) || !is_base64(digits)) return {};
  return {.repaired = wrapped(label, digits), .damage = damage_of(content)};
}

}  // namespace gitsync::cli
