// SPDX-License-Identifier: Apache-2.0
// One request to a registry and what belongs to it: logging in when it is asked for, and telling
// the answer from a refusal.

#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "net/message.h"
#include "net/session.h"
#include "oci/authorizer.h"
#include "oci/docker_config.h"
#include "util/error.h"
#include "util/event.h"

namespace gitsync::oci {

// Thread-safety: none.
class Exchange {
 public:
  // `origin`: "https://host:port".
  Exchange(net::SessionOptions session, const std::string& registry, std::string origin,
           const std::optional<Login>& login)
      : session_(std::move(session)), origin_(origin), authorizer_(registry, origin, login) {}

  struct Question {
    net::Request request;  // its url a path of the registry ("/v2/…"), or a whole address
    std::string scope;     // of the token that it needs
    std::string what;      // for messages
  };

  // Sends it, and again with a login if the registry wants one. The sink sees an answer of status
  // 200 to 299 only; the login goes to the registry only. Errors: see Client.
  util::Result<net::ResponseHead> ask(Question question, const net::Sink& sink,
                                      const util::Limit& limit);

  const std::string& origin() const { return origin_; }
  // How long the registry wants to be left alone, if it refused the last request and said so.
  std::optional<std::chrono::seconds> retry_after() const { return retry_after_; }
  const net::Traffic& traffic() const { return session_.traffic(); }

 private:
  struct Answer {
    net::ResponseHead head;
    std::string refusal;  // the beginning of the body of one
  };
  util::Result<Answer> send(const Question& question, const net::Sink& sink,
                            const util::Limit& limit);
  bool is_ours(std::string_view url) const;

  net::Session session_;
  const std::string origin_;
  Authorizer authorizer_;
  std::optional<std::chrono::seconds> retry_after_;
};

}  // namespace gitsync::oci
