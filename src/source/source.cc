// SPDX-License-Identifier: Apache-2.0
#include "source/source.h"

#include <array>

namespace gitsync::source {

bool Source::take_superseded(const tree::Published& /*old*/, const tree::Published& /*shown*/,
                             const util::Limit& /*limit*/) {
  return false;
}

void Source::prepare_next(const tree::Published& /*shown*/, const util::Limit& /*limit*/) {}

void Source::wait_for_change(const util::Limit& limit, const util::Event& wake) {
  const std::array<const util::Event*, 2> events{limit.stop, &wake};
  util::wait_for_any(std::span(events).subspan(limit.stop == nullptr ? 1 : 0), limit.deadline);
}

}  // namespace gitsync::source
