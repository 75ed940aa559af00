// SPDX-License-Identifier: Apache-2.0
// Passes bytes between clients and a server on the loopback address, until it is told to lose them:
// the connections stay, and nothing arrives any more, as when a router forgets them.

#pragma once

#include <sys/types.h>

#include <atomic>
#include <functional>
#include <list>
#include <string_view>
#include <thread>

#include "support/loopback.h"
#include "util/event.h"

namespace gitsync::test {

// Runs until destroyed, which closes the connections.
class TcpRelay {
 public:
  // Called in the relay's thread with each piece that a client sends, before it is passed on: what
  // it does has happened when the server sees the request.
  using Watch = std::function<void(std::string_view bytes)>;

  explicit TcpRelay(int server_port, Watch watch = {});
  ~TcpRelay();
  TcpRelay(const TcpRelay&) = delete;
  TcpRelay& operator=(const TcpRelay&) = delete;

  int port() const { return listener_.port; }
  int connections() const { return connections_; }
  // Of all connections that there are now nothing is passed on any more; later ones work.
  void freeze();

 private:
  struct Connection {
    util::Fd client;
    util::Fd server;
    bool frozen = false;
  };

  void run();
  void accept_one();

  const int server_port_;
  const Watch watch_;
  const LoopbackListener listener_;
  util::Event stop_;
  util::Event freeze_;
  util::Event frozen_;
  std::atomic<int> connections_ = 0;
  std::list<Connection> open_;  // used by thread_ alone
  std::thread thread_;
};

}  // namespace gitsync::test
