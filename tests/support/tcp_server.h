// SPDX-License-Identifier: Apache-2.0
// A TCP server on the loopback address whose manners a test writes down: it may answer nonsense,
// half an answer, or never. It runs until destroyed, whatever its handler is doing.

#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "support/loopback.h"
#include "util/event.h"
#include "util/fd.h"

namespace gitsync::test {

class TcpServer;

// One accepted connection. All waits end when the server is destroyed.
class Peer {
 public:
  Peer(util::Fd fd, TcpServer& server) : fd_(std::move(fd)), server_(server) {}

  // Reads to the blank line and the announced body; what came until then if the client ends.
  // The server remembers it, see TcpServer::requests().
  std::string read_request();
  // False when the client is gone.
  bool send(std::string_view bytes);
  void shutdown_write();
  // Closes with a reset instead of an orderly end.
  void reset();
  // Waits until the client has closed or reset the connection; false if the server ended first.
  bool wait_until_closed();
  // The same, but gives up after `time`.
  bool wait_until_closed_for(std::chrono::milliseconds time);

 private:
  bool wait_until_closed_by(util::Deadline deadline);
  // False when the server ended or `deadline` passed.
  bool wait(short events, util::Deadline deadline = util::Deadline::max()) const;

  util::Fd fd_;
  TcpServer& server_;
};

// Answers every request of a connection with `answer` until the client leaves.
void answer_all(Peer& peer, std::string_view answer);

class TcpServer {
 public:
  using Handler = std::function<void(Peer&)>;

  explicit TcpServer(Handler handler);
  TcpServer(const TcpServer&) = delete;
  TcpServer& operator=(const TcpServer&) = delete;
  ~TcpServer();

  // Reads each request, then sends `answer` and closes.
  static Handler answering(std::string answer);
  // Never answers.
  static Handler hanging();

  int port() const { return listener_.port; }
  std::string url(std::string_view path = "/") const;

  int connections() const;
  // What the handlers read, in order of arrival.
  std::vector<std::string> requests() const;
  // Waits until at least `count` connections were accepted.
  bool wait_for_connections(int count, std::chrono::seconds limit = std::chrono::seconds(10)) const;

 private:
  friend class Peer;

  void accept_loop();
  void record(std::string request);

  Handler handler_;
  util::Event stop_;
  const LoopbackListener listener_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  int connections_ = 0;                // guarded by mutex_
  std::vector<std::string> requests_;  // guarded by mutex_
  std::list<std::thread> workers_;     // used by acceptor_ alone until it is joined
  std::thread acceptor_;
};

}  // namespace gitsync::test
