// SPDX-License-Identifier: Apache-2.0
// The clients of the snapshot server: which of them have been idle for too long, and who has to go
// when there are too many.

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>

#include "http/deadlines.h"
#include "util/event.h"

namespace gitsync::http {

// Never used again, as numbers of descriptors are.
using ClientId = std::uint64_t;

// Whom it gives back is forgotten here, and for the caller to cut off. Unknown ids are ignored.
// Thread-safety: none; belongs to the server's thread.
class Clients {
 public:
  explicit Clients(std::size_t most) : most_(most) {}

  // A client that must have asked for something by the deadline.
  ClientId opened(std::string address, util::Deadline deadline);
  // It has asked, and is being answered, or waits for an answer: no deadline of ours.
  void busy(ClientId id);
  // It has its answer, and may ask for more until the deadline.
  void idle(ClientId id, util::Deadline deadline);
  void closed(ClientId id);

  // If there are too many: of the address that has the most, the one that has been idle for
  // longest; if all are busy, the one that has been busy for longest.
  std::optional<ClientId> take_one_too_many();
  std::optional<ClientId> take_overdue(util::Deadline now);
  // Deadline::max() without any.
  util::Deadline next_deadline() const { return deadlines_.next(); }
  std::size_t size() const { return clients_.size(); }

 private:
  struct Client {
    std::string address;
    bool is_busy = false;
    std::uint64_t since = 0;  // the count of changes when it became so
  };
  void change(ClientId id, bool is_busy, util::Deadline deadline);
  void forget(ClientId id);

  const std::size_t most_;
  ClientId last_id_ = 0;
  std::uint64_t changes_ = 0;
  std::unordered_map<ClientId, Client> clients_;
  std::unordered_map<std::string, std::size_t> by_address_;
  Deadlines<ClientId> deadlines_;
};

}  // namespace gitsync::http
