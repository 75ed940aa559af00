// SPDX-License-Identifier: Apache-2.0
#include "http/long_polls.h"

#include <sys/epoll.h>

#include <utility>

namespace gitsync::http {

LongPolls::~LongPolls() {
  for (const auto& [connection, poll] : polls_) poller_.remove(poll.socket);
}

bool LongPolls::hold(MHD_Connection* connection, LongPoll poll) {
  // Not EPOLLIN: what a client sends ahead is read when its turn has come.
  const auto ended = [this, connection](std::uint32_t /*events*/) { release(connection); };
  if (!poller_.add(poll.socket, EPOLLRDHUP, ended)) return false;
  deadlines_.set(connection, poll.deadline);
  polls_.insert_or_assign(connection, std::move(poll));
  return true;
}

void LongPolls::look(const std::function<std::string(const std::string& name)>& state_of) {
  std::map<std::string, std::string> states;
  std::vector<MHD_Connection*> changed;
  for (const auto& [connection, poll] : polls_) {
    auto found = states.find(poll.name);
    if (found == states.end()) found = states.emplace(poll.name, state_of(poll.name)).first;
    if (found->second != poll.state) changed.push_back(connection);
  }
  for (auto* connection : changed) release(connection);
}

void LongPolls::release_overdue(util::Deadline now) {
  while (const auto due = deadlines_.take_due(now)) release(*due);
}

void LongPolls::release_all() {
  while (!polls_.empty()) release(polls_.begin()->first);
}

void LongPolls::release(MHD_Connection* connection) {
  const auto found = polls_.find(connection);
  if (found == polls_.end()) return;
  poller_.remove(found->second.socket);
  deadlines_.clear(connection);
  polls_.erase(found);
  release_(connection);
}

}  // namespace gitsync::http
