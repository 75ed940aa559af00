// SPDX-License-Identifier: Apache-2.0
#include "oci/exchange.h"

#include <algorithm>

#include "net/address.h"
#include "net/retry_after.h"

namespace gitsync::oci {
namespace {

using util::Result;

constexpr std::size_t kMostRefusal = std::size_t{64} << 10;

bool is_success(int status) { return status >= 200 && status <= 299; }

}  // namespace

Result<net::ResponseHead> Exchange::ask(Question question, const net::Sink& sink,
                                        const util::Limit& limit) {
  auto& request = question.request;
  if (request.url.starts_with('/')) request.url = origin_ + request.url;
  const bool ours = is_ours(request.url);
  retry_after_.reset();
  for (bool again = false;; again = true) {
    std::erase_if(request.headers, [](const net::Header& h) { return h.first == "Authorization"; });
    const auto login = ours ? authorizer_.header(question.scope) : std::string();
    if (!login.empty()) request.headers.emplace_back("Authorization", login);
    GS_TRY(auto answer, send(question, sink, limit));
    if (is_success(answer.head.status)) return std::move(answer.head);
    retry_after_ = net::retry_after(answer.head, std::chrono::system_clock::now());
    // A storage host that we were sent on to has its own reasons, and gets no login.
    if (answer.head.status != 401 || again || !is_ours(answer.head.url)) {
      return util::fail(
          refusal(question.what, answer.head, answer.refusal, authorizer_.logged_in()));
    }
    GS_TRY_VOID(authorizer_.answer(answer.head, question.scope, session_, limit));
  }
}

Result<Exchange::Answer> Exchange::send(const Question& question, const net::Sink& sink,
                                        const util::Limit& limit) {
  std::string refused;
  bool success = false;
  const net::Sink divided{.head = [&](const net::ResponseHead& head) -> Result<void> {
                            success = is_success(head.status);
                            return success && sink.head ? sink.head(head) : Result<void>();
                          },
                          .body = [&](std::string_view bytes) -> Result<void> {
                            if (success) return sink.body ? sink.body(bytes) : Result<void>();
                            refused += bytes.substr(0, kMostRefusal - refused.size());
                            return {};
                          }};
  auto head = session_.send(question.request, divided, limit);
  if (!head) return util::fail(std::move(head).error().with_context(question.what));
  return Answer{.head = std::move(*head), .refusal = std::move(refused)};
}

bool Exchange::is_ours(std::string_view url) const {
  const auto address = net::parse_address(url);
  const auto ours = net::parse_address(origin_);
  return address && ours && *address == *ours;
}

}  // namespace gitsync::oci
