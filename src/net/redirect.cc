// SPDX-License-Identifier: Apache-2.0
#include "net/redirect.h"

#include <utility>

#include "net/head_reader.h"

namespace gitsync::net {
namespace {

using util::ErrorKind;
using util::Result;

constexpr int kMaxRedirects = 10;

bool leads_on(const Request& request, const ResponseHead& head) {
  return request.redirects == Redirects::kFollow && !head.redirect_url.empty();
}

// Keeps what a redirect says from the caller's sink.
class Filter {
 public:
  Filter(const Request& request, const Sink& sink) : request_(request), sink_(sink) {}

  Sink sink() {
    return {.head = [this](const ResponseHead& head) -> Result<void> {
              dropped_ = leads_on(request_, head);
              return dropped_ || !sink_.head ? Result<void>() : sink_.head(head);
            },
            .body = [this](std::string_view bytes) -> Result<void> {
              return dropped_ || !sink_.body ? Result<void>() : sink_.body(bytes);
            }};
  }

 private:
  const Request& request_;
  const Sink& sink_;
  bool dropped_ = false;
};

// RFC 9110 15.4: after 301 to 303 everything becomes a GET, as all clients do; 307 and 308 repeat
// the request. Credentials are for the host that they were meant for.
void redirect(Request& request, int status, Target& from, Target to) {
  if (status <= 303 && request.method != "HEAD") {
    request.method = "GET";
    request.body.clear();
    request.file.reset();
  }
  if (from.address == to.address) {
    if (!to.userinfo) to.userinfo = std::move(from.userinfo);
  } else {
    std::erase_if(request.headers, [](const Header& h) { return h.first == "Authorization"; });
  }
  from = std::move(to);
}

}  // namespace

Result<ResponseHead> send_and_follow(const Request& request, const Sink& sink,
                                     const Exchange& exchange) {
  GS_TRY_VOID(check(request));
  GS_TRY(Target target, parse_target(request.url));
  Request current = request;
  for (int redirects = 0;; ++redirects) {
    Filter filter(current, sink);
    auto head = exchange(current, target, filter.sink());
    const std::string place = target.address.display();
    if (!head) return util::fail(std::move(head).error().with_context(place));
    if (!leads_on(current, *head)) return head;
    if (redirects == kMaxRedirects) {
      return util::fail(ErrorKind::kProtocol, place + ": too many redirects");
    }
    auto next = parse_target(head->redirect_url);
    if (!next) {
      return util::fail(ErrorKind::kProtocol, place + ": redirected to an unusable URL");
    }
    redirect(current, head->status, target, std::move(*next));
  }
}

}  // namespace gitsync::net
