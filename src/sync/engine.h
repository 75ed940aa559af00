// SPDX-License-Identifier: Apache-2.0
// Chooses the implementation of each step: the only place that knows more than one of them.

#pragma once

#include <memory>

#include "git/remote.h"
#include "worktree/checkout.h"
#include "worktree/checkout_cli.h"

namespace gitsync::sync {

struct Engine {
  std::unique_ptr<git::Remote> remote;
  std::unique_ptr<worktree::Checkout> checkout;
};

struct EngineOptions {
  git::RemoteOptions remote;
  worktree::CheckoutOptions checkout;
};

// The git engine: every step is done by the git executable. The references outlive the engine.
Engine make_engine(const EngineOptions& options, const worktree::Layout& layout,
                   const git::Git& git, const git::Repository& repository,
                   const log::Logger& logger);

}  // namespace gitsync::sync
