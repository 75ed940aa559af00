// SPDX-License-Identifier: Apache-2.0
// A client of the server under test that can misbehave in every way a socket allows.

#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "util/event.h"
#include "util/fd.h"

namespace gitsync::http {

class Client {
 public:
  // `from`: the loopback address to come from.
  explicit Client(std::uint16_t port, const char* from = "127.0.0.1")
      : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{.sin_family = AF_INET};
    ::inet_pton(AF_INET, from, &address.sin_addr);
    EXPECT_EQ(::bind(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    ::inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
    address.sin_port = htons(port);
    EXPECT_EQ(::connect(fd_.get(), reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  }

  // Returns false if the server has closed the connection.
  bool send(std::string_view text) const {
    while (!text.empty()) {
      const auto sent = ::send(fd_.get(), text.data(), text.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      text.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  // Whether something arrives, or the connection ends, in time.
  bool is_readable(std::chrono::milliseconds limit = std::chrono::seconds(20)) const {
    pollfd entry{.fd = fd_.get(), .events = POLLIN, .revents = 0};
    return ::poll(&entry, 1, static_cast<int>(limit.count())) == 1;
  }

  int fd() const { return fd_.get(); }

  void finish_sending() const { ::shutdown(fd_.get(), SHUT_WR); }

  // Everything until the server closes the connection.
  std::string read_all(std::chrono::milliseconds limit = std::chrono::seconds(20)) const {
    std::string text;
    EXPECT_TRUE(ended_within(limit, &text)) << "still open after: " << text;
    return text;
  }

  // Whether the server closes the connection in time.
  bool ended_within(std::chrono::milliseconds limit, std::string* text = nullptr) const {
    const auto deadline = util::SteadyClock::now() + limit;
    std::array<char, 65536> buffer{};
    pollfd entry{.fd = fd_.get(), .events = POLLIN, .revents = 0};
    while (::poll(&entry, 1, util::poll_timeout(deadline)) == 1) {
      const auto got = ::recv(fd_.get(), buffer.data(), buffer.size(), 0);
      if (got <= 0) return true;  // also a reset
      if (text != nullptr) text->append(buffer.data(), static_cast<std::size_t>(got));
    }
    return false;
  }

 private:
  util::Fd fd_;
};

// One request; the whole answer. `rest`: header lines after Host, the empty line, the body.
inline std::string request(std::uint16_t port, std::string_view first_line,
                           std::string_view rest = "\r\n", const char* from = "127.0.0.1") {
  const Client client(port, from);
  client.send(std::string(first_line) + " HTTP/1.1\r\nHost: test\r\n" + std::string(rest));
  return client.read_all();
}

inline std::string body_of(const std::string& answer) {
  const auto end = answer.find("\r\n\r\n");
  return end == std::string::npos ? "" : answer.substr(end + 4);
}

}  // namespace gitsync::http
