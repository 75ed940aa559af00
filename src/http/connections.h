// SPDX-License-Identifier: Apache-2.0
// The open connections of the server, and which of them have to go: slow and hostile clients must
// not keep probes out.

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>

#include "util/event.h"

namespace gitsync::http {

// Cutting off means shutdown(2): the owner of the socket sees its end and closes it.
// Thread-safety: none; belongs to the server's thread.
class Connections {
 public:
  using Id = std::uint64_t;  // never 0; grows

  Connections(std::size_t most, util::SteadyClock::duration lifetime);

  // `socket` stays open until closed(). If that makes too many, the oldest connection of the
  // address that has the most is cut off: a flood from one address costs itself first, and a probe
  // is answered long before it becomes the oldest.
  Id opened(int socket, std::string address);
  void closed(Id id);

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
  void cut_off(std::map<Id, Connection>::iterator victim);

  const std::size_t most_;
  const util::SteadyClock::duration lifetime_;
  Id last_id_ = 0;
  // Those not cut off yet, oldest first.
  std::map<Id, Connection> open_;
};

}  // namespace gitsync::http
