// SPDX-License-Identifier: Apache-2.0
#include "net/curl_handle.h"

#include <algorithm>

namespace gitsync::net {
namespace {

// How often to look up without any event, in milliseconds. Only a safety net.
constexpr int kMaxPollWait = 60'000;

// Takes the transfer out before either handle is destroyed or used again.
struct Added {
  Added(CURLM* in, CURL* which) : multi(in), easy(which) { curl_multi_add_handle(multi, easy); }
  Added(const Added&) = delete;
  Added& operator=(const Added&) = delete;
  ~Added() { curl_multi_remove_handle(multi, easy); }

  CURLM* multi;
  CURL* easy;
};

}  // namespace

util::Result<std::optional<CURLcode>> Multi::run(CURL* easy, const util::Limit& limit,
                                                 const std::function<util::Deadline()>& patience) {
  const Added added(multi_.get(), easy);
  while (true) {
    int running = 0;
    curl_multi_perform(multi_.get(), &running);
    if (running == 0) return result();
    GS_TRY_VOID(limit.check());
    const util::Deadline until = patience();
    if (util::SteadyClock::now() >= until) return std::nullopt;
    wait({.deadline = std::min(until, limit.deadline), .stop = limit.stop});
  }
}

CURLcode Multi::result() {
  int left = 0;
  const CURLMsg* message = curl_multi_info_read(multi_.get(), &left);
  return message != nullptr && message->msg == CURLMSG_DONE ? message->data.result
                                                            : CURLE_FAILED_INIT;
}

void Multi::wait(const util::Limit& limit) {
  const int left = util::poll_timeout(limit.deadline);
  const int timeout = left < 0 ? kMaxPollWait : std::min(left, kMaxPollWait);
  curl_waitfd stop{.fd = limit.stop != nullptr ? limit.stop->fd() : -1,
                   .events = CURL_WAIT_POLLIN,
                   .revents = 0};
  curl_multi_poll(multi_.get(), &stop, limit.stop != nullptr ? 1 : 0, timeout, nullptr);
}

}  // namespace gitsync::net
