// SPDX-License-Identifier: Apache-2.0
// The folder of another tree that has the same path as the one that is being built.

#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "tree/way.h"

namespace gitsync::tree {

// Opens folders only when they are asked for. Once one cannot be opened, what is below is not there
// either. Move-only. Thread-safety: none.
class Companion {
 public:
  explicit Companion(Way way) noexcept : way_(std::move(way)) {}

  // Opens the folder with these names, one below the other, of which those that are open already
  // are the first ones. -1 if it is not there.
  template <typename Levels>  // elements have a `name`; the first is the top
  int follow(const Levels& levels) {
    while (!blocked_ && way_.depth() + 1 < levels.size()) {
      blocked_ = !way_.enter(levels[way_.depth() + 1].name);
    }
    return blocked_ || lost_ ? -1 : way_.fd();
  }

  // The folder at `depth` was left upwards.
  void leave(std::size_t depth) {
    if (depth > way_.depth() + 1) return;
    blocked_ = false;
    if (depth <= way_.depth()) lost_ = lost_ || !way_.leave_to(depth - 1);
  }

  // Of what follow() has opened.
  const Way& way() const { return way_; }

 private:
  Way way_;
  bool blocked_ = false;  // the next folder below cannot be opened
  bool lost_ = false;     // somebody moved a part of the tree
};

}  // namespace gitsync::tree
