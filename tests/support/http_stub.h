// SPDX-License-Identifier: Apache-2.0
// An HTTP server of a test that answers each request by a function, and keeps its connections.

#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>

#include "support/tcp_server.h"

namespace gitsync::test {

// What a test changes while a server's thread may look at it: a client that has given a request up
// is not waited for.
template <typename T>
class Shared {
 public:
  explicit Shared(T value) : value_(std::move(value)) {}
  Shared& operator=(T value) {
    const std::lock_guard lock(mutex_);
    value_ = std::move(value);
    return *this;
  }
  T get() const {
    const std::lock_guard lock(mutex_);
    return value_;
  }

 private:
  mutable std::mutex mutex_;
  T value_;
};

// From the text of a request to the bytes of its response; empty: the connection is reset. Called
// on threads of the server, one a connection.
using Answerer = std::function<std::string(const std::string& request)>;
TcpServer::Handler answering_by(Answerer answerer);

// A response with its length. `headers`: whole lines, each with its end ("A: b\r\n").
std::string response(int status, std::string_view body = "", std::string_view headers = "");

// Of a request's text: its first line without the version; a header's value, "" if there is none.
std::string request_line(const std::string& request);
std::string header_of(const std::string& request, std::string_view name);
std::string body_of(const std::string& request);

}  // namespace gitsync::test
