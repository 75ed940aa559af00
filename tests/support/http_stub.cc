// SPDX-License-Identifier: Apache-2.0
#include "support/http_stub.h"

#include <utility>

#include "util/text.h"

namespace gitsync::test {

TcpServer::Handler answering_by(Answerer answerer) {
  return [answerer = std::move(answerer)](Peer& peer) {
    for (;;) {
      const auto request = peer.read_request();
      if (request.empty()) return;
      const auto answer = answerer(request);
      if (answer.empty()) return peer.reset();
      if (!peer.send(answer)) return;
    }
  };
}

std::string response(int status, std::string_view body, std::string_view headers) {
  std::string text = "HTTP/1.1 " + std::to_string(status) + " X\r\n";
  text += headers;
  if (status != 304 && status != 204) {
    text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
  }
  return text + "\r\n" + std::string(body);
}

std::string request_line(const std::string& request) {
  return request.substr(0, request.find(" HTTP/1.1\r\n"));
}

std::string header_of(const std::string& request, std::string_view name) {
  for (const auto& line : util::split(request.substr(0, request.find("\r\n\r\n")), '\n')) {
    const auto colon = line.find(':');
    if (colon != std::string::npos &&
        util::to_lower(line.substr(0, colon)) == util::to_lower(name)) {
      return std::string(util::trim(line.substr(colon + 1)));
    }
  }
  return {};
}

std::string body_of(const std::string& request) {
  const auto end = request.find("\r\n\r\n");
  return end == std::string::npos ? std::string() : request.substr(end + 4);
}

}  // namespace gitsync::test
