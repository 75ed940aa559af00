// SPDX-License-Identifier: Apache-2.0
#include "git/command_request.h"

#include "git/capabilities.h"
#include "git/pkt_line.h"

namespace gitsync::git {
namespace {

// Some hosts serve only clients that call themselves git.
constexpr std::string_view kAgent = "git/git-sync";

}  // namespace

std::string begin_command(const ServerInfo& server, std::string_view command) {
  std::string request;
  append_line(request, "command=" + std::string(command));
  if (find_capability(server, "agent")) append_line(request, "agent=" + std::string(kAgent));
  // Its own: what to make of objects of another format is for the caller to say.
  if (const auto format = find_capability(server, "object-format")) {
    append_line(request, "object-format=" + std::string(*format));
  }
  request += kDelimPacket;
  return request;
}

}  // namespace gitsync::git
