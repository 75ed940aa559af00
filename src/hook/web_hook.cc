// SPDX-License-Identifier: Apache-2.0
#include "hook/web_hook.h"

#include <utility>

#include "hook/redaction.h"
#include "net/status.h"
#include "util/bounded_output.h"
#include "util/text.h"
#include "util/url.h"

namespace gitsync::hook {
namespace {

// How much of a response is kept for the log.
constexpr std::size_t kBodyLimit = std::size_t{4} << 10;

}  // namespace

WebHook::WebHook(WebHookOptions options, const log::Logger& logger)
    : options_(std::move(options)), http_(options_.http), logger_(logger.named(options_.name)) {}

util::Result<void> WebHook::run(const std::string& hash, const util::Limit& limit) {
  logger_.info(0, "sending webhook",
               {{"hash", hash},
                {"url", util::show_origin(options_.url)},
                {"method", options_.method},
                {"timeout", options_.timeout}});
  const net::Request request{.method = options_.method.empty() ? "GET" : options_.method,
                             .url = options_.url,
                             .headers = {{"Gitsync-Hash", hash}},
                             .redirects = net::Redirects::kFollow,
                             .body_limit = kBodyLimit + util::kCutMargin,
                             .excess = net::Excess::kDrop};
  GS_TRY(const auto response, http_.send(request, limit.within(options_.timeout)));
  if (options_.success_status > 0 && response.status != options_.success_status) {
    return util::fail(net::kind_of_status(response.status),
                      net::describe_status(response.status) + " instead of " +
                          std::to_string(options_.success_status));
  }
  const std::string body = util::first_bytes(response.body, kBodyLimit, redactor(logger_));
  logger_.info(1, "webhook succeeded",
               {{"hash", hash}, {"status", response.status}, {"body", util::trim(body)}});
  return {};
}

}  // namespace gitsync::hook
