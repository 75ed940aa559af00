// SPDX-License-Identifier: Apache-2.0
// Logs in to one registry: answers its challenges by Basic, or by tokens that a token server gives
// for our login, or to anybody.
//
// Protocol: RFC 7617; Docker's "Token Authentication Specification" (GET) and, with an identity
// token, "OAuth2 Token Authentication" (POST).

#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>

#include "net/message.h"
#include "net/session.h"
#include "oci/challenge.h"
#include "oci/docker_config.h"
#include "oci/registry_error.h"
#include "util/error.h"
#include "util/event.h"

namespace gitsync::oci {

// Thread-safety: none.
class Authorizer {
 public:
  // `registry`: for messages. `origin`: of the registry, "https://host"; with https a token server
  // must be asked by https as well.
  Authorizer(std::string registry, std::string origin, std::optional<Login> login)
      : registry_(std::move(registry)), origin_(std::move(origin)), login_(std::move(login)) {}

  // The value of the header Authorization for this scope; empty: nothing is known yet, or the token
  // has expired.
  std::string header(const std::string& scope) const;

  // The registry has refused a request for `scope` with this head: gets what it asks for. Errors:
  // kAuth if there is no login to answer with, or the token server refuses it; those of the
  // request.
  util::Result<void> answer(const net::ResponseHead& head, const std::string& scope,
                            net::Session& session, const util::Limit& limit);

  LoggedIn logged_in() const { return login_ ? LoggedIn::kYes : LoggedIn::kNo; }

 private:
  struct Token {
    std::string value;
    util::Deadline expires;
  };
  util::Result<void> get_token(const Challenge& challenge, const std::string& scope,
                               net::Session& session, const util::Limit& limit);
  util::Result<net::Request> token_request(const Challenge& challenge,
                                           const std::string& scope) const;
  std::string basic() const;

  const std::string registry_;
  const std::string origin_;
  const std::optional<Login> login_;
  bool wants_basic_ = false;
  std::map<std::string, Token> tokens_;  // by scope
};

}  // namespace gitsync::oci
