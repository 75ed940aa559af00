// SPDX-License-Identifier: Apache-2.0
#include "sync/engine.h"

#include "git/remote_cli.h"

namespace gitsync::sync {

Engine make_engine(const EngineOptions& options, const worktree::Layout& layout,
                   const git::Git& git, const git::Repository& repository,
                   const log::Logger& logger) {
  return {.remote = std::make_unique<git::RemoteCli>(options.remote, git, logger),
          .checkout = std::make_unique<worktree::CheckoutCli>(layout, options.checkout, git,
                                                              repository, logger)};
}

}  // namespace gitsync::sync
