// SPDX-License-Identifier: Apache-2.0
// A pointer behind an http(s) address. A server that knows how to wait (the publisher's own) tells
// of a change at once.
//
// Protocol: RFC 9110, "Conditional Requests"; RFC 7240 4.3, "Prefer: wait".

#pragma once

#include <optional>
#include <string>

#include "net/session.h"
#include "objects/snapshot_place.h"
#include "objects/web_login.h"

namespace gitsync::objects {

class WebPlace final : public SnapshotPlace {
 public:
  // `url`: of the pointer, without userinfo. What `login` has for it goes to no other host.
  WebPlace(std::string url, net::SessionOptions options, WebLogin login);

  std::string address() const override;
  util::Result<std::optional<Document>> look(const std::string& known,
                                             const util::Limit& limit) override;
  util::Result<void> get(const std::string& key,
                         const std::function<util::Result<void>(std::string_view)>& sink,
                         const util::Limit& limit) override;
  bool wait(const std::string& known, const util::Limit& limit) override;
  std::optional<std::chrono::seconds> retry_after() const override { return retry_after_; }

 private:
  util::Result<net::Request> request(const std::string& url, const std::string& known) const;
  std::string url_of(const std::string& key) const;
  // What a GET of the pointer has been answered: nothing if it is the known one.
  struct Answer {
    net::ResponseHead head;
    std::optional<Document> document = {};
  };
  util::Result<Answer> ask(const net::Request& request, const util::Limit& limit);
  bool may_wait() const;
  void leave_alone(const util::Limit& limit) const;
  std::unexpected<util::Error> refuse(const std::string& url, const net::ResponseHead& head);

  const std::string url_;
  const WebLogin login_;
  net::Session session_;
  // The last one that wait() was given, for look() to take.
  std::optional<std::optional<Document>> waiting_;
  std::string last_shown_;                            // see shown_by()
  util::Deadline last_wait_ = util::Deadline::min();  // when it began
  std::optional<std::chrono::seconds> retry_after_;   // of the last refusal
  util::Deadline no_waiting_until_ = util::Deadline::min();
};

}  // namespace gitsync::objects
