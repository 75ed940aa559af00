// SPDX-License-Identifier: Apache-2.0
#include "git/capabilities.h"

namespace gitsync::git {
namespace {

constexpr std::string_view kObjectFormat = "object-format";  // of several the first counts
// Servers name about twenty, in 500 bytes; some old ones a symref for each of their symbolic refs.
constexpr std::size_t kMostCapabilities = 4096;
constexpr std::size_t kMostBytes = std::size_t{128} * 1024;

std::size_t bytes_of(const ServerInfo& server) {
  std::size_t sum = 0;
  for (const auto& capability : server.capabilities) sum += capability.size();
  return sum;
}

}  // namespace

std::optional<std::string_view> find_capability(const ServerInfo& server, std::string_view key) {
  for (const std::string_view capability : server.capabilities) {
    if (!capability.starts_with(key)) continue;
    if (capability.size() == key.size()) return "";
    if (capability[key.size()] == '=') return capability.substr(key.size() + 1);
  }
  return std::nullopt;
}

util::Result<void> add_capability(ServerInfo& server, std::string_view text) {
  if (server.capabilities.size() >= kMostCapabilities ||
      bytes_of(server) + text.size() > kMostBytes) {
    return util::fail(util::ErrorKind::kProtocol, "the server names too many capabilities");
  }
  server.capabilities.emplace_back(text);
  if (text.starts_with(kObjectFormat)) {
    server.object_format = find_capability(server, kObjectFormat).value_or(server.object_format);
  }
  return {};
}

}  // namespace gitsync::git
