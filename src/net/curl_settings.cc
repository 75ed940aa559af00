// SPDX-License-Identifier: Apache-2.0
#include "net/curl_settings.h"

#include "util/files.h"
#include "util/text.h"

namespace gitsync::net {
namespace {

void set_file(CURL* easy, CURLoption option, const std::string& file) {
  if (!file.empty()) curl_easy_setopt(easy, option, file.c_str());
}

// A file that holds both is named once.
void set_certificate(CURL* easy, const ClientCertificate& certificate,
                     CURLoption certificate_option, CURLoption key_option) {
  set_file(easy, certificate_option, certificate.certificate_file);
  set_file(easy, key_option, certificate.key_file);
}

// Line by line, since libcurl 7 leaks the names given to CURLOPT_COOKIEFILE at each
// curl_easy_reset(3). It says nothing about a file that cannot be read or a line that is no cookie.
void add_cookies(CURL* easy, const std::string& file) {
  curl_easy_setopt(easy, CURLOPT_COOKIELIST, "");  // cookies of servers are kept from now on
  const auto text = file.empty() ? util::Result<std::string>() : util::read_file(file);
  if (!text) return;
  for (const std::string& line : util::split(*text, '\n')) {
    // Anything else might be one of libcurl's commands, such as ALL.
    if (line.find_first_of("\t:") == std::string::npos) continue;
    curl_easy_setopt(easy, CURLOPT_COOKIELIST, line.c_str());
  }
}

}  // namespace

void set_curl_trust(CURL* easy, const CurlTrust& trust) {
  const auto set = [&](CURLoption option, const std::optional<std::string>& value) {
    if (value) curl_easy_setopt(easy, option, value->empty() ? nullptr : value->c_str());
  };
  set(CURLOPT_CAINFO, trust.ca_file);
  set(CURLOPT_CAPATH, trust.ca_directory);
  set(CURLOPT_PROXY_CAINFO, trust.proxy_ca_file);
  // Otherwise libcurl keeps what it has read for a day, and would refuse a server whose authority
  // was replaced in the file as well.
  curl_easy_setopt(easy, CURLOPT_CA_CACHE_TIMEOUT, 0L);
  if (trust.verify == Verify::kYes) return;
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYPEER, 0L);
  curl_easy_setopt(easy, CURLOPT_SSL_VERIFYHOST, 0L);
}

void set_curl_settings(CURL* easy, const CurlSettings& settings, std::string_view scheme) {
  if (const auto& proxy = settings.proxy) {
    const auto& url = scheme == "https" ? proxy->for_https : proxy->for_http;
    curl_easy_setopt(easy, CURLOPT_PROXY, url.c_str());
    curl_easy_setopt(easy, CURLOPT_NOPROXY, proxy->no_proxy.c_str());
  }
  set_certificate(easy, settings.certificate, CURLOPT_SSLCERT, CURLOPT_SSLKEY);
  set_certificate(easy, settings.proxy_certificate, CURLOPT_PROXY_SSLCERT, CURLOPT_PROXY_SSLKEY);
  const auto& slow = settings.low_speed;
  if (slow.bytes_per_second > 0 && slow.time.count() > 0) {
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, slow.bytes_per_second);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, static_cast<long>(slow.time.count()));
  }
  if (settings.cookie_file) add_cookies(easy, *settings.cookie_file);
}

}  // namespace gitsync::net
