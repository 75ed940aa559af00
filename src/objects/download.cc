// SPDX-License-Identifier: Apache-2.0
#include "objects/download.h"

#include <optional>
#include <utility>

#include "util/thread.h"

namespace gitsync::objects {

util::Result<void> Download::start(Get get) {
  GS_TRY(thread_, util::start_thread("download", [this, get = std::move(get)] { run(get); }));
  return {};
}

void Download::run(const Get& get) {
  const auto got = get([this](std::string_view bytes) { return pipe_.write(bytes); });
  pipe_.end(got ? std::nullopt : std::optional(got.error()));
}

}  // namespace gitsync::objects
