// SPDX-License-Identifier: Apache-2.0
#include "source/native_resolver.h"

#include <chrono>
#include <utility>

#include "source/delegation.h"

namespace gitsync::source {

using util::Result;

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
  GS_TRY(const auto answer, transport_->ask(*query, limit));
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

void NativeResolver::pause(const util::Limit& limit) {
  constexpr std::chrono::seconds kLongPause{60};
  if (!transport_) return;
  if (limit.deadline - util::SteadyClock::now() > kLongPause) transport_->disconnect();
}

}  // namespace gitsync::source
