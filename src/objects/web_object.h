// SPDX-License-Identifier: Apache-2.0
// An object behind an http(s) address, by its ETag or, failing that, its date and length
// (RFC 9110, "Conditional Requests").

#pragma once

#include <string>

#include "net/session.h"
#include "objects/remote_object.h"
#include "objects/web_login.h"

namespace gitsync::objects {

class WebObject final : public RemoteObject {
 public:
  // `url`: without userinfo. What `login` has for it is sent at once, and to no other host.
  WebObject(std::string url, net::SessionOptions options, WebLogin login);

  std::string address() const override;
  // One conditional GET. What comes after the head is not read: servers need not know HEAD, and
  // addresses that were signed do not allow it.
  util::Result<std::string> look(const std::string& known, const util::Limit& limit) override;
  util::Result<void> get(const std::string& stamp,
                         const std::function<util::Result<void>(std::string_view)>& sink,
                         const util::Limit& limit) override;

  std::optional<std::chrono::seconds> retry_after() const override { return retry_after_; }

 private:
  util::Result<net::Request> request() const;
  util::Result<std::string> stamp_of(const net::ResponseHead& head) const;
  std::unexpected<util::Error> refuse(const net::ResponseHead& head);

  const std::string url_;
  const WebLogin login_;
  net::Session session_;
  std::optional<std::chrono::seconds> retry_after_;
};

}  // namespace gitsync::objects
