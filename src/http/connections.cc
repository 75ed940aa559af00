// SPDX-License-Identifier: Apache-2.0
#include "http/connections.h"

#include <sys/socket.h>

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

namespace gitsync::http {

Connections::Connections(std::size_t most, util::SteadyClock::duration lifetime)
    : most_(most), lifetime_(lifetime) {}

void Connections::opened(int socket, std::string address) {
  open_.push_back({.socket = socket,
                   .address = std::move(address),
                   .deadline = util::SteadyClock::now() + lifetime_});
  if (open_.size() > most_) cut_off_one();
}

void Connections::closed(int socket) {
  // Those cut off are not in the list, and their sockets not yet reused.
  open_.remove_if([socket](const Connection& connection) { return connection.socket == socket; });
}

util::Deadline Connections::next_deadline() const {
  return open_.empty() ? util::Deadline::max() : open_.front().deadline;
}

void Connections::cut_off_overdue(util::Deadline now) {
  while (next_deadline() <= now) cut_off(open_.begin());
}

void Connections::cut_off_one() {
  std::map<std::string_view, std::size_t> counts;
  for (const auto& connection : open_) ++counts[connection.address];
  // The first of an address is its oldest.
  cut_off(std::ranges::max_element(open_, {}, [&counts](const Connection& connection) {
    return counts.at(connection.address);
  }));
}

void Connections::cut_off(std::list<Connection>::iterator victim) {
  ::shutdown(victim->socket, SHUT_RDWR);
  open_.erase(victim);
}

}  // namespace gitsync::http
