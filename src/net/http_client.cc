// SPDX-License-Identifier: Apache-2.0
#include "net/http_client.h"

#include <curl/curl.h>

#include "net/curl_handle.h"
#include "net/redirect.h"
#include "net/transfer.h"

namespace gitsync::net {
namespace {

using util::ErrorKind;
using util::Result;

Result<ResponseHead> exchange(const ConnectionOptions& options, const Request& request,
                              const Target& target, const Sink& sink, const util::Limit& limit) {
  const Easy easy(curl_easy_init());
  Multi multi;
  if (!easy || !multi) return util::fail(ErrorKind::kLocal, "curl_easy_init failed");
  Transfer transfer(easy.get(), request, target, sink);
  GS_TRY_VOID(transfer.prepare(options));
  curl_easy_setopt(easy.get(), CURLOPT_FRESH_CONNECT, 1L);
  curl_easy_setopt(easy.get(), CURLOPT_FORBID_REUSE, 1L);
  GS_TRY(const auto code, multi.run(easy.get(), limit, [] { return util::Deadline::max(); }));
  return transfer.finish(code.value_or(CURLE_OPERATION_TIMEDOUT));
}

}  // namespace

Global::Global() { curl_global_init(CURL_GLOBAL_DEFAULT); }
Global::~Global() { curl_global_cleanup(); }

Result<Response> HttpClient::send(const Request& request, const util::Limit& limit) const {
  Response response;
  const ConnectionOptions options{
      .version = HttpVersion::k1Lenient, .proxies = proxies_, .trust = &trust_};
  GS_TRY(const auto head,
         send_and_follow(request, collect(request, response.body),
                         [&](const Request& one, const Target& target, const Sink& sink) {
                           return exchange(options, one, target, sink, limit);
                         }));
  response.status = head.status;
  return response;
}

}  // namespace gitsync::net
