// SPDX-License-Identifier: Apache-2.0
#include "net/curl_error.h"

#include <string>

namespace gitsync::net {
namespace {

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

}  // namespace

util::Error describe_curl(CURLcode code, std::string_view details) {
  if (code == CURLE_OUT_OF_MEMORY)
    return {ErrorKind::kProtocol, "the response has too long a line"};
  const std::string_view text = details.empty() ? curl_easy_strerror(code) : details;
  return {kind_of(code), std::string(text), std::string(hint_for(code))};
}

}  // namespace gitsync::net
