// SPDX-License-Identifier: Apache-2.0
#include "source/source.h"

#include <array>

namespace gitsync::source {

void Source::wait_for_change(const util::Limit& limit, const util::Event& wake) {
  const std::array<const util::Event*, 2> events{limit.stop, &wake};
  util::wait_for_any(std::span(events).subspan(limit.stop == nullptr ? 1 : 0), limit.deadline);
}

}  // namespace gitsync::source
