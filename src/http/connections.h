// SPDX-License-Identifier: Apache-2.0
// The open connections of the server, and which of them have to go: slow and hostile clients must
// not keep probes out.

#pragma once

#include <cstddef>
#include <list>
#include <string>

#include "util/event.h"

namespace gitsync::http {

// Cutting off means shutdown(2): the owner of the socket sees its end and closes it.
// Thread-safety: none; belongs to the server's thread.
class Connections {
 public:
  Connections(std::size_t most, util::SteadyClock::duration lifetime);

  // `socket` stays open until after closed(). If that makes too many, the oldest connection of the
  // address that has the most is cut off: a flood from one address costs itself first, and a probe
  // is answered long before it becomes the oldest.
  void opened(int socket, std::string address);
  void closed(int socket);

  // When the next connection is due; Deadline::max() without any.
  util::Deadline next_deadline() const;
  void cut_off_overdue(util::Deadline now);

 private:
  struct Connection {
    int socket;
    std::string address;
    util::Deadline deadline;
  };

  void cut_off_one();
  void cut_off(std::list<Connection>::iterator victim);

  const std::size_t most_;
  const util::SteadyClock::duration lifetime_;
  // Those not cut off yet, oldest first.
  std::list<Connection> open_;
};

}  // namespace gitsync::http
