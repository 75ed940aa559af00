// SPDX-License-Identifier: Apache-2.0
// How a connection is made: protocol version, proxy, certificates, socket.

#pragma once

#include <curl/curl.h>

#include "net/curl_settings.h"
#include "net/proxy_rules.h"
#include "net/target.h"
#include "net/trust.h"
#include "util/error.h"

namespace gitsync::net {

enum class HttpVersion {
  k1Lenient,  // HTTP/1.1, and what programs of a few lines answer (HTTP/0.9)
  k1,
  k2,  // where the server offers it by TLS; else HTTP/1.1
};

struct ConnectionOptions {
  HttpVersion version = HttpVersion::k1;
  ProxyVariables proxies = {};
  const Trust* trust = nullptr;  // null: curl_trust counts
  CurlTrust curl_trust = {};
  CurlSettings curl = {};
};

// Whether a transfer opened a connection, or began to look up a host for one.
struct Opened {
  bool anything = false;
};

// `options` and `opened` outlive the transfer. Errors: as proxy_for().
util::Result<void> set_connection(CURL* easy, const Target& target,
                                  const ConnectionOptions& options, Opened& opened);

}  // namespace gitsync::net
