// SPDX-License-Identifier: Apache-2.0
// One HTTP request after another to a git server, as git would send it, by the settings that hold
// for it.

#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "log/logger.h"
#include "net/session.h"
#include "source/http_blame.h"
#include "source/http_login.h"
#include "source/http_settings.h"
#include "util/error.h"
#include "util/event.h"

namespace gitsync::source {

// The part of a body that is an answer of git; where it goes.
struct HttpAnswer {
  std::string_view type;  // Content-Type
  std::function<util::Result<void>(std::string_view)> feed;
};

// Thread-safety: none.
class HttpWire {
 public:
  // `login` outlives it.
  HttpWire(std::string repo_url, HttpSettings settings, const HttpLogin& login, log::Logger logger);

  // Adds headers, and feeds the body of an answer with status 200 and the wanted type to `answer`;
  // of others the reply has words. Any status is a success. Errors: as net::Session::send(), with
  // kinds and causes as http_blame.h has them.
  util::Result<HttpReply> send(net::Request request, const HttpAnswer& answer,
                               const util::Limit& limit);

  void begin_question() { session_.forget_cookies(); }
  void disconnect() { session_.disconnect(); }
  net::Traffic traffic() const;

 private:
  util::Result<void> send_or_trust_more(const net::Request& request, const net::Sink& sink,
                                        const util::Limit& limit);
  // Whether there is something to try that was not tried before.
  util::Result<bool> trust_more();
  void add_headers(net::Request& request) const;
  void log(const HttpReply& reply, const net::Traffic& before) const;

  const std::string repo_url_;
  HttpSettings settings_;
  const HttpLogin& login_;
  const log::Logger log_;
  net::Traffic earlier_;  // of sessions that are gone
  net::Session session_;
};

}  // namespace gitsync::source
