// SPDX-License-Identifier: Apache-2.0
// A git server that is asked over http or https, and fetched from, by gitprotocol-http(5) and
// gitprotocol-v2(5): first contact is info/refs; then each question is one POST on a kept
// connection, and so is each fetch (docs/design.md#resolve).

#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "auth/credentials.h"
#include "git/ref_query.h"
#include "git/remote_refs.h"
#include "log/logger.h"
#include "net/session.h"
#include "source/http_login.h"
#include "source/http_settings.h"
#include "source/http_wire.h"
#include "source/transport.h"
#include "util/error.h"
#include "util/event.h"

namespace gitsync::source {

struct HttpTransportOptions {
  std::string url;  // of the repository, as git is to be told; without userinfo
  HttpSettings settings = {};
  std::vector<std::string> dropped_settings = {};  // as blame_credentials() has them
  LoginNote login_note = {};
};

class HttpTransport final : public Transport {
 public:
  // `credentials` outlives it, and is read anew before each question.
  HttpTransport(HttpTransportOptions options, auth::Credentials& credentials, log::Logger logger);

  HttpTransport(const HttpTransport&) = delete;
  HttpTransport& operator=(const HttpTransport&) = delete;

  util::Result<git::RemoteAnswer> ask(const git::RefQuery& query,
                                      const util::Limit& limit) override;
  // On the connection of the last question, as far as that is still there.
  util::Result<git::ShallowChanges> fetch(const git::FetchRequest& request,
                                          const git::FetchSinks& sinks,
                                          const util::Limit& limit) override;
  void disconnect() override { wire_.disconnect(); }

  std::optional<std::chrono::seconds> retry_after() const override { return retry_after_; }
  // All that was ever sent and received.
  net::Traffic traffic() const { return wire_.traffic(); }

 private:
  // Where the repository is, and what its server is.
  struct Contact {
    std::string base;  // ends in a slash
    git::ServerInfo server;
  };
  // What info/refs says.
  struct Found {
    Contact contact;
    std::optional<git::RefTip> tip;  // unless the server speaks version 2
  };
  // Nothing: what was known of the server no longer holds.
  using Maybe = util::Result<std::optional<git::RemoteAnswer>>;

  Maybe ask_known(const Contact& known, const git::RefQuery& query, const util::Limit& limit);
  util::Result<git::RemoteAnswer> ask_anew(const git::RefQuery& query, const util::Limit& limit);
  util::Result<void> fetch_into(git::FetchResponseReader& reader, const git::FetchRequest& request,
                                const util::Limit& limit);
  // False: what was known of the server no longer holds, and nothing has arrived.
  util::Result<bool> fetch_known(const Contact& known, git::FetchResponseReader& reader,
                                 const git::FetchRequest& request, const util::Limit& limit);
  util::Result<void> fetch_anew(git::FetchResponseReader& reader, const git::FetchRequest& request,
                                const util::Limit& limit);
  util::Result<Found> discover(const git::RefQuery& query, const util::Limit& limit);
  util::Result<HttpReply> get(const std::string& url, git::AdvertisementReader& reader,
                              const util::Limit& limit);
  util::Result<HttpReply> post(const Contact& contact, const git::RefQuery& query,
                               git::LsRefsReader& reader, const util::Limit& limit);
  util::Result<HttpReply> post(const Contact& contact, const git::FetchRequest& request,
                               git::FetchResponseReader& reader, const util::Limit& limit);
  util::Result<void> check_address() const;
  util::Result<void> take_login(const HttpReply& reply);
  util::Error failure(const HttpReply& reply);

  const std::string base_;  // ends in a slash
  const HttpSettings settings_;
  HttpLogin login_;
  HttpWire wire_;
  std::optional<Contact> contact_;
  std::optional<std::chrono::seconds> retry_after_;
};

}  // namespace gitsync::source
