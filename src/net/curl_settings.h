// SPDX-License-Identifier: Apache-2.0
// Settings of a connection that mean what libcurl makes of them, since git hands them to it
// (git-config(1), http.*). Where git and the reference differ, our own traffic goes by
// connection.h.

#pragma once

#include <curl/curl.h>

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace gitsync::net {

enum class Verify { kYes, kNo };

// libcurl's own idea of trust, by which git goes. Nothing: its default; empty: none.
struct CurlTrust {
  std::optional<std::string> ca_file = {};
  std::optional<std::string> ca_directory = {};   // names are hashes (c_rehash)
  std::optional<std::string> proxy_ca_file = {};  // for a proxy that is reached by TLS
  Verify verify = Verify::kYes;
};

// By CURLOPT_PROXY(3) and CURLOPT_NOPROXY(3). An empty address: no proxy.
struct CurlProxy {
  std::string for_http = {};
  std::string for_https = {};
  std::string no_proxy = {};
};

// Files in PEM form; empty: none.
struct ClientCertificate {
  std::string certificate_file = {};
  std::string key_file = {};
};

// A transfer that is slower than this for so long is given up. 0: never.
struct LowSpeed {
  long bytes_per_second = 0;
  std::chrono::seconds time{0};
};

struct CurlSettings {
  std::optional<CurlProxy> proxy = {};  // nothing: Go's rules (proxy_rules.h)
  ClientCertificate certificate = {};
  ClientCertificate proxy_certificate = {};
  LowSpeed low_speed = {};
  // Read before each request; its cookies are sent, and those that servers set are kept and sent as
  // well. Empty: only the latter. Nothing: no cookies.
  std::optional<std::string> cookie_file = {};
};

// For a handle that is new or reset. `scheme`: of the URL.
void set_curl_trust(CURL* easy, const CurlTrust& trust);
void set_curl_settings(CURL* easy, const CurlSettings& settings, std::string_view scheme);

}  // namespace gitsync::net
