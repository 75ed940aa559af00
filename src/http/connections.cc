// SPDX-License-Identifier: Apache-2.0
#include "http/connections.h"

#include <sys/socket.h>

#include <string_view>
#include <utility>

namespace gitsync::http {

Connections::Connections(std::size_t most, util::SteadyClock::duration lifetime)
    : most_(most), lifetime_(lifetime) {}

Connections::Id Connections::opened(int socket, std::string address) {
  const Id id = ++last_id_;
  open_.emplace(id, Connection{.socket = socket,
                               .address = std::move(address),
                               .deadline = util::SteadyClock::now() + lifetime_});
  if (open_.size() > most_) cut_off_one();
  return id;
}

void Connections::closed(Id id) { open_.erase(id); }

util::Deadline Connections::next_deadline() const {
  return open_.empty() ? util::Deadline::max() : open_.begin()->second.deadline;
}

void Connections::cut_off_overdue(util::Deadline now) {
  while (next_deadline() <= now) cut_off(open_.begin());
}

void Connections::cut_off_one() {
  std::map<std::string_view, std::size_t> counts;
  for (const auto& [id, connection] : open_) ++counts[connection.address];
  auto victim = open_.begin();
  for (auto next = open_.begin(); next != open_.end(); ++next) {
    // The first of an address is its oldest.
    if (counts[next->second.address] > counts[victim->second.address]) victim = next;
  }
  cut_off(victim);
}

void Connections::cut_off(std::map<Id, Connection>::iterator victim) {
  ::shutdown(victim->second.socket, SHUT_RDWR);
  open_.erase(victim);
}

}  // namespace gitsync::http
