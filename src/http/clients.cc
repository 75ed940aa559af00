// SPDX-License-Identifier: Apache-2.0
#include "http/clients.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace gitsync::http {

ClientId Clients::opened(std::string address, util::Deadline deadline) {
  const ClientId id = ++last_id_;
  ++by_address_[address];
  clients_.emplace(id, Client{.address = std::move(address)});
  change(id, false, deadline);
  return id;
}

void Clients::busy(ClientId id) { change(id, true, util::Deadline::max()); }

void Clients::idle(ClientId id, util::Deadline deadline) { change(id, false, deadline); }

void Clients::closed(ClientId id) { forget(id); }

void Clients::change(ClientId id, bool is_busy, util::Deadline deadline) {
  const auto found = clients_.find(id);
  if (found == clients_.end()) return;
  found->second.is_busy = is_busy;
  found->second.since = ++changes_;
  deadlines_.set(id, deadline);
}

std::optional<ClientId> Clients::take_one_too_many() {
  if (clients_.size() <= most_) return std::nullopt;
  // The smallest is whom to cut off; the newest of all stays, whatever it is.
  const auto rank = [this](const auto& entry) {
    const Client& client = entry.second;
    return std::tuple(entry.first == last_id_, most_ - by_address_.at(client.address) + 1,
                      client.is_busy, client.since);
  };
  const ClientId victim = std::ranges::min_element(clients_, {}, rank)->first;
  forget(victim);
  return victim;
}

std::optional<ClientId> Clients::take_overdue(util::Deadline now) {
  const auto due = deadlines_.take_due(now);
  if (due) forget(*due);
  return due;
}

void Clients::forget(ClientId id) {
  const auto found = clients_.find(id);
  if (found == clients_.end()) return;
  deadlines_.clear(id);
  const auto count = by_address_.find(found->second.address);
  if (--count->second == 0) by_address_.erase(count);
  clients_.erase(found);
}

}  // namespace gitsync::http
