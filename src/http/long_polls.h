// SPDX-License-Identifier: Apache-2.0
// The requests whose answer is held back until a pointer changes. They cost nothing while they
// wait: no thread, and nothing looks at them until a deadline, an end or a change.

#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "http/deadlines.h"
#include "http/poller.h"
#include "util/event.h"

struct MHD_Connection;

namespace gitsync::http {

struct LongPoll {
  int socket = -1;    // stays open until the poll was released
  std::string name;   // of the pointer
  std::string state;  // its entity tag when the request came; empty: there was none
  util::Deadline deadline;
};

// Thread-safety: none; belongs to the server's thread.
class LongPolls {
 public:
  using Release = std::function<void(MHD_Connection*)>;

  // `release`: called when a request is to be answered; at once if its client has ended its side of
  // the connection, which then counts as gone.
  LongPolls(Poller& poller, Release release) : poller_(poller), release_(std::move(release)) {}
  ~LongPolls();
  LongPolls(const LongPolls&) = delete;
  LongPolls& operator=(const LongPolls&) = delete;

  // False if there is no memory to watch it with: then it must not be held.
  bool hold(MHD_Connection* connection, LongPoll poll);
  // Releases those whose pointer is in another state now. `state_of` is asked once for each
  // pointer.
  void look(const std::function<std::string(const std::string& name)>& state_of);
  void release_overdue(util::Deadline now);
  void release_all();

  util::Deadline next_deadline() const { return deadlines_.next(); }

 private:
  void release(MHD_Connection* connection);

  Poller& poller_;
  const Release release_;
  std::map<MHD_Connection*, LongPoll> polls_;
  Deadlines<MHD_Connection*> deadlines_;
};

}  // namespace gitsync::http
