// SPDX-License-Identifier: Apache-2.0
#include "net/connection.h"

#include <openssl/ssl.h>
#include <sys/socket.h>

namespace gitsync::net {
namespace {

using util::Result;

// Close-on-exec from its birth: a hook that starts meanwhile must not inherit it.
curl_socket_t open_socket(void* user, curlsocktype /*purpose*/, curl_sockaddr* address) {
  static_cast<Opened*>(user)->anything = true;
  return ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
}

int begin_lookup(void* /*state*/, void* /*reserved*/, void* user) {
  static_cast<Opened*>(user)->anything = true;
  return 0;
}

CURLcode use_store(CURL* /*easy*/, void* context, void* user) {
  const auto store = static_cast<const Trust*>(user)->store();
  SSL_CTX_set1_cert_store(static_cast<SSL_CTX*>(context), store.get());
  return CURLE_OK;
}

void set_trust(CURL* easy, const ConnectionOptions& options) {
  if (options.trust == nullptr) {
    set_curl_trust(easy, options.curl_trust);
    return;
  }
  // Nothing is loaded but our own store, and that only once there is a TLS connection.
  for (const auto option :
       {CURLOPT_CAINFO, CURLOPT_CAPATH, CURLOPT_PROXY_CAINFO, CURLOPT_PROXY_CAPATH}) {
    curl_easy_setopt(easy, option, nullptr);
  }
  // libcurl would keep the first store, and put it in the place of ours each time.
  curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, 0L);
  curl_easy_setopt(easy, CURLOPT_SSL_CTX_FUNCTION, use_store);
  curl_easy_setopt(easy, CURLOPT_SSL_CTX_DATA, options.trust);
}

Result<void> set_proxy(CURL* easy, const Target& target, const ConnectionOptions& options) {
  GS_TRY(const auto proxy, proxy_for(target.address, options.proxies));
  // Always set, so that libcurl does not ask the environment by itself; empty means none.
  const std::string url =
      proxy ? proxy->address.scheme + "://" + proxy->address.display() : std::string();
  curl_easy_setopt(easy, CURLOPT_PROXY, url.c_str());
  curl_easy_setopt(easy, CURLOPT_NOPROXY, "");
  if (proxy && proxy->userinfo) {
    curl_easy_setopt(easy, CURLOPT_PROXYUSERNAME, proxy->userinfo->username.c_str());
    curl_easy_setopt(easy, CURLOPT_PROXYPASSWORD, proxy->userinfo->password.c_str());
  }
  return {};
}

void set_version(CURL* easy, HttpVersion version) {
  const long wanted =
      version == HttpVersion::k2 ? long{CURL_HTTP_VERSION_2TLS} : long{CURL_HTTP_VERSION_1_1};
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, wanted);
  curl_easy_setopt(easy, CURLOPT_HTTP09_ALLOWED, version == HttpVersion::k1Lenient ? 1L : 0L);
}

}  // namespace

Result<void> set_connection(CURL* easy, const Target& target, const ConnectionOptions& options,
                            Opened& opened) {
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  // Without this a name server that hangs would hold the clean-up beyond our deadline.
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
  // Keeps the entry of a kept connection in address translators.
  curl_easy_setopt(easy, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(easy, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
  curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, &opened);
  curl_easy_setopt(easy, CURLOPT_RESOLVER_START_FUNCTION, begin_lookup);
  curl_easy_setopt(easy, CURLOPT_RESOLVER_START_DATA, &opened);
  set_version(easy, options.version);
  set_trust(easy, options);
  set_curl_settings(easy, options.curl, target.address.scheme);
  if (options.curl.proxy) return {};
  return set_proxy(easy, target, options);
}

}  // namespace gitsync::net
