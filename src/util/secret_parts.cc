// SPDX-License-Identifier: Apache-2.0
#include "util/secret_parts.h"

#include <algorithm>
#include <iterator>

#include "util/base64.h"
#include "util/secret_shape.h"
#include "util/shell_words.h"
#include "util/text.h"
#include "util/url.h"

namespace gitsync::util {
namespace {

// Shorter parts of what only may be a secret are words, and hiding them would spoil the log.
constexpr std::size_t kMinHeaderValue = 8;
constexpr std::size_t kMinUnguessable = 16;

void append(Secrets& secrets, Secrets more) {
  std::ranges::move(more, std::back_inserter(secrets));
}

// user:password, as in userinfo or in decoded base64.
Secrets parts_of_pair(std::string_view pair) {
  const std::size_t colon = pair.find(':');
  if (colon == std::string_view::npos) return {};
  return parts_of_login(pair.substr(0, colon), pair.substr(colon + 1));
}

Secrets parts_of_query(std::string_view address) {
  const std::size_t mark = address.find('?');
  if (mark == std::string_view::npos) return {};
  const std::string_view query = address.substr(mark + 1);
  Secrets secrets{std::string(query)};
  for (const std::string& parameter : split(query, '&')) {
    const std::size_t equals = parameter.find('=');
    const std::string value = equals == std::string::npos ? "" : parameter.substr(equals + 1);
    if (value.size() < kMinUnguessable && !is_secret_name(parameter.substr(0, equals))) continue;
    secrets.push_back(percent_decode(value).value_or(value));
  }
  return secrets;
}

// git-remote-ext(1): ext::<command>. Like any command its arguments may be secrets.
Secrets parts_of_ext(std::string_view address) {
  const std::size_t blank = address.find(' ');
  if (!is_ext_address(address) || blank == std::string_view::npos) return {};
  return {std::string(trim(address.substr(blank)))};
}

// ssh_config(5): what follows the program in ProxyCommand, LocalCommand and the like.
Secrets parts_of_ssh_option(std::string_view word) {
  constexpr std::string_view kName = "command";
  const std::size_t name = to_lower(word).find(kName);
  const std::size_t after = name + kName.size();
  if (name == std::string::npos || after >= word.size() ||
      (word[after] != '=' && word[after] != ' ')) {
    return {};
  }
  const std::string_view command = trim(word.substr(after + 1));
  const std::size_t blank = command.find(' ');
  if (blank == std::string_view::npos) return {};
  return {std::string(trim(command.substr(blank)))};
}

}  // namespace

Secrets parts_of_login(std::string_view username, std::string_view password) {
  Secrets secrets;
  const bool token = is_token_user(username, password);
  if (token) secrets.emplace_back(username);
  if (!is_dummy_password(password)) secrets.emplace_back(password);
  if (!secrets.empty()) {
    secrets.push_back(base64_encode(std::string(username) + ':' + std::string(password)));
  }
  return secrets;
}

Secrets parts_of_header(std::string_view header) {
  const std::size_t colon = header.find(':');
  const bool named = colon != std::string_view::npos;
  const std::string_view value = trim(named ? header.substr(colon + 1) : header);
  Secrets secrets{std::string(header)};
  if ((named && is_secret_name(header.substr(0, colon))) || value.size() >= kMinHeaderValue) {
    secrets.emplace_back(value);
  }
  const std::size_t blank = value.find(' ');
  if (blank == std::string_view::npos) return secrets;
  const std::string_view token = trim(value.substr(blank));
  if (token.size() >= kMinHeaderValue) secrets.emplace_back(token);
  if (const auto pair = base64_decode(token)) append(secrets, parts_of_pair(*pair));
  return secrets;
}

Secrets parts_of_address(std::string_view address) {
  Secrets secrets;
  if (const auto userinfo = find_userinfo(address)) {
    secrets = parts_of_login(userinfo->username, userinfo->password);
  }
  append(secrets, parts_of_query(address));
  append(secrets, parts_of_ext(address));
  for (const std::string& value : find_shapes(address.substr(0, address.find('?')))) {
    secrets.push_back(percent_decode(value).value_or(value));
  }
  return secrets;
}

Secrets parts_of_proxy(std::string_view proxy) {
  if (proxy.find("://") != std::string_view::npos) return parts_of_address(proxy);
  const std::size_t at = proxy.rfind('@');
  if (at == std::string_view::npos) return {};
  const std::string pair(proxy.substr(0, at));
  return parts_of_pair(percent_decode(pair).value_or(pair));
}

Secrets parts_of_capability(std::string_view address) {
  Secrets secrets = parts_of_address(address);
  const auto url = parse_url(address);
  if (!url) return secrets;
  const std::string path = url->rest.substr(0, url->rest.find_first_of("?#"));
  std::vector<std::string> parts = split(path, '/');
  parts.push_back(path);
  for (const std::string& part : parts) {
    if (part.size() >= kMinUnguessable) secrets.push_back(percent_decode(part).value_or(part));
  }
  return secrets;
}

Secrets parts_of_command(std::string_view command) {
  constexpr std::string_view kEndsWord = " \t\"'=";
  Secrets secrets = find_shapes(command);
  for (std::size_t at = command.find("://"); at != std::string_view::npos;
       at = command.find("://", at + 3)) {
    const std::size_t begin = command.find_last_of(kEndsWord, at) + 1;  // npos + 1 is 0
    const std::size_t end = std::min(command.find_first_of(kEndsWord, at), command.size());
    append(secrets, parts_of_address(command.substr(begin, end - begin)));
  }
  for (const std::string& word : shell_words(command)) append(secrets, parts_of_ssh_option(word));
  return secrets;
}

Secrets parts_of_hook(std::string_view command) {
  Secrets secrets = parts_of_command(command);
  // No path is meant that has a dash after a blank.
  const std::size_t option = command.find(" -");
  if (option != std::string_view::npos) secrets.emplace_back(trim(command.substr(option)));
  for (const std::string& word : shell_words(command)) {
    const std::size_t equals = word.find('=');
    if (equals != std::string::npos && is_secret_name(word.substr(0, equals))) {
      secrets.push_back(word.substr(equals + 1));
    }
  }
  return secrets;
}

}  // namespace gitsync::util
