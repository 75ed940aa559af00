// SPDX-License-Identifier: Apache-2.0
#include "net/curl_error.h"

#include <cerrno>
#include <string>

namespace gitsync::net {
namespace {

using util::Cause;
using util::ErrorKind;

ErrorKind kind_of(CURLcode code) {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return ErrorKind::kTimeout;
    case CURLE_UNSUPPORTED_PROTOCOL:  // of the response; ours was checked before
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_FUNCTION_ARGUMENT:  // a header that begins with a blank
    case CURLE_OUT_OF_MEMORY:          // a header line over libcurl's own limit
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_WRITE_ERROR:
      return ErrorKind::kProtocol;
    default:
      return ErrorKind::kNetwork;
  }
}

std::string_view hint_for(CURLcode code) {
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
      return "the server's certificate is not trusted: check the host name, or name the file of "
             "your certificate authority in SSL_CERT_FILE";
    case CURLE_COULDNT_RESOLVE_PROXY:
      return "check the proxy variables (HTTPS_PROXY, HTTP_PROXY, NO_PROXY)";
    default:
      return "";
  }
}

Cause cause_of_errno(int code) {
  switch (code) {
    case ECONNREFUSED:
      return Cause::kConnectionRefused;
    case ETIMEDOUT:
      return Cause::kNoAnswer;
    case ENETUNREACH:
      return Cause::kNoNetwork;
    case ECONNRESET:  // by who had taken it, before libcurl looked whether it is made
      return Cause::kConnectionBroke;
    default:
      return Cause::kUnreachable;
  }
}

// OpenSSL, where it found no record of TLS.
bool is_plain_text(std::string_view details) {
  return details.contains("wrong version number") || details.contains("packet length too long") ||
         details.contains("http request");
}

// Its issuer has the name of a trusted one, but another key.
bool is_forged(std::string_view details) { return details.contains("asn1 encoding routines"); }

// While greetings are exchanged, by OpenSSL or libcurl: such an end has no code of its own.
bool is_end_of_connection(std::string_view details) {
  return details.contains("Connection reset by peer") || details.contains("SSL_ERROR_SYSCALL") ||
         details.contains("unexpected eof while reading");
}

}  // namespace

Cause cause_of(CURL* easy, CURLcode code, std::string_view details) {
  long number = 0;
  switch (code) {
    case CURLE_COULDNT_RESOLVE_PROXY:
      return Cause::kProxyNameUnknown;
    case CURLE_COULDNT_RESOLVE_HOST:
      return Cause::kHostNameUnknown;
    case CURLE_COULDNT_CONNECT:
      curl_easy_getinfo(easy, CURLINFO_OS_ERRNO, &number);
      return cause_of_errno(static_cast<int>(number));
    case CURLE_PEER_FAILED_VERIFICATION:
      return details.contains("subject name") ? Cause::kWrongTlsName : Cause::kUntrustedCertificate;
    case CURLE_SSL_CACERT_BADFILE:
      return Cause::kUnreadableCa;
    case CURLE_SSL_CONNECT_ERROR:
      if (is_forged(details)) return Cause::kUntrustedCertificate;
      if (is_end_of_connection(details)) return Cause::kConnectionBroke;
      return is_plain_text(details) ? Cause::kNoTls : Cause::kUnknown;
    case CURLE_GOT_NOTHING:
      return Cause::kNoAnswer;
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_PARTIAL_FILE:
      curl_easy_getinfo(easy, CURLINFO_HTTP_CONNECTCODE, &number);
      return number >= 400 ? Cause::kProxyRefuses : Cause::kConnectionBroke;
    default:
      return Cause::kUnknown;
  }
}

util::Error describe_curl(CURLcode code, std::string_view details) {
  if (code == CURLE_OUT_OF_MEMORY)
    return {ErrorKind::kProtocol, "the response has too long a line"};
  const std::string_view text = details.empty() ? curl_easy_strerror(code) : details;
  return {kind_of(code), std::string(text), std::string(hint_for(code))};
}

}  // namespace gitsync::net
