// SPDX-License-Identifier: Apache-2.0
// How the processes before this one ended: each leaves a marker below the store, holds a lock on
// it while it lives, and removes it when it ends in order. Its name tells the boot of the machine:
// "running.<boot id>.<random>".

#pragma once

#include <string>

#include "tree/layout.h"
#include "util/dir_lock.h"
#include "util/error.h"

namespace gitsync::tree {

// Removes its marker when destroyed. Move-only. Thread-safety: none.
class [[nodiscard]] RunMarker {
 public:
  // Leaves a marker of ours. Errors: it cannot be made; kBusy never. On a volume without locks all
  // other markers count as those of the dead. `boot`: of this machine.
  static util::Result<RunMarker> leave(const Layout& layout,
                                       const std::string& boot = current_boot());
  // random(4), "boot_id": another one after each boot. "unknown" if the kernel does not tell.
  static std::string current_boot();
  // Whether a process before this one ended with its machine: what it had not flushed may be lost.
  // To be asked before the dead are forgotten.
  static bool tells_of_power_cut(const Layout& layout);
  RunMarker(RunMarker&& other) noexcept;
  RunMarker& operator=(RunMarker&&) = delete;
  ~RunMarker();

  // Whether a process before this one was killed, or nothing is known of what was here before.
  // Markers of the dead are gone after forget_the_dead(), to be called once the repository was
  // found sound.
  bool found_dead() const { return found_dead_; }
  void forget_the_dead();

  // Whether the marker is still there: the store may have been replaced.
  bool is_current() const { return lock_.is_current(); }

 private:
  RunMarker(Layout layout, std::string name, util::DirLock lock);

  Layout layout_;
  std::string name_;  // below the root
  util::DirLock lock_;
  bool found_dead_ = false;
};

}  // namespace gitsync::tree
