// SPDX-License-Identifier: Apache-2.0
// What git's configuration and environment say of http (git-config(1), http.*; git(1),
// "Environment Variables"), as far as our own HTTP transport honours it.

#pragma once

#include <string>
#include <vector>

#include "cli/command_scope.h"
#include "net/connection.h"
#include "net/message.h"
#include "util/environment.h"
#include "util/error.h"

namespace gitsync::source {

// When credentials are sent that no server has asked for (http.proactiveAuth).
enum class Proactive { kNever, kBasic };
// Redirects of the first request; those of later ones are never followed.
enum class FollowRedirects { kNo, kInitial };

struct HttpSettings {
  net::HttpVersion version = net::HttpVersion::k1;
  net::CurlTrust trust = {.ca_file = "", .ca_directory = "/etc/ssl/certs"};
  // Tried once if the above does not verify a server: git's TLS library reads it as well, and
  // people mount their own over it, without hashed names beside. Empty: none.
  std::string last_ca_file = "/etc/ssl/certs/ca-certificates.crt";
  // git takes files of any name from http.sslCAPath; we take hashed ones.
  bool ca_directory_is_set = false;
  net::CurlSettings curl = {.proxy = net::CurlProxy{}};
  std::string user_agent = "git/2.50.0 (git-sync)";  // some hosts demand the beginning
  std::vector<net::Header> extra_headers = {};       // names may come more than once
  Proactive proactive = Proactive::kNever;
  FollowRedirects redirects = FollowRedirects::kInitial;
  int protocol = 2;             // that the server is asked to speak: 0, 1 or 2
  std::string netrc_file = {};  // empty: none
};

// `pairs`: all that counts, in git's order, keys in git's spelling. `url`: of the repository,
// without userinfo; settings of the form http.<url>.* count if they hold for it.
// Errors: Cause::kNotUnderstood, naming the first setting or variable that concerns http and is not
// understood. Never a value.
util::Result<HttpSettings> read_http_settings(const cli::ConfigPairs& pairs,
                                              const util::Environment& environment,
                                              const std::string& url);

}  // namespace gitsync::source
