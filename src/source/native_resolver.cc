// SPDX-License-Identifier: Apache-2.0
#include "source/native_resolver.h"

#include <chrono>
#include <utility>

#include "source/delegation.h"
#include "util/duration.h"

namespace gitsync::source {

using util::Result;

namespace {

// Over which a connection is not kept.
constexpr std::chrono::seconds kLongPause{60};

}  // namespace

NativeResolver::NativeResolver(NativeResolverOptions options, TransportMaker make,
                               log::Logger logger)
    : options_(std::move(options)), make_(std::move(make)), log_(std::move(logger)) {}

Result<Resolved> NativeResolver::resolve(const std::string& ssh_command, const util::Limit& limit) {
  const auto query = git::RefQuery::of(options_.ref);
  if (!query) return not_understood("--ref is more than the name of a ref");
  if (!transport_ || ssh_command != ssh_command_) {
    transport_.reset();
    GS_TRY(transport_, make_());
    ssh_command_ = ssh_command;
  }
  const auto asked = transport_->ask(*query, limit);
  wish_.note(asked ? std::nullopt : transport_->retry_after());
  if (!asked) return util::fail(asked.error());
  const auto& answer = *asked;
  if (answer.server.object_format != "sha1") {
    return not_understood("its objects have ids by " + answer.server.object_format);
  }
  if (!answer.tip) return not_understood("the server has no such ref");
  log_.info(4, "resolved the ref",
            {{"ref", options_.ref},
             {"name", answer.tip->name},
             {"hash", answer.tip->id.hex()},
             {"protocol", std::int64_t{answer.server.protocol}}});
  wanted_ = answer.tip->tag.value_or(answer.tip->id);
  return Resolved{.revision = {answer.tip->id.hex()}, .immutable = false};
}

util::Limit NativeResolver::pause(const util::Limit& limit) {
  const auto longer = wish_.longer(limit);
  const auto wait = longer.deadline - util::SteadyClock::now();
  if (longer.deadline != limit.deadline) {
    log_.info(
        0, "the server wants to be left alone, so the pause is longer",
        {{"waitTime", util::format_duration(std::chrono::round<std::chrono::seconds>(wait))}});
  }
  if (transport_ && wait > kLongPause) transport_->disconnect();
  return longer;
}

}  // namespace gitsync::source
