// SPDX-License-Identifier: Apache-2.0
// What must not stay behind even if the process is ended on the spot: each owner says how to remove
// it, and the end calls all of them.

#pragma once

#include <functional>
#include <list>
#include <memory>
#include <mutex>

namespace gitsync::util {

// Thread-safety: all members may be called from any thread; duties run one at a time.
class ForcedEnd {
  struct Duties;

 public:
  using Duty = std::function<void()>;

  // Ends a duty when destroyed, waiting for it if it runs at the moment. Move-only; an empty one
  // stands for nothing.
  class [[nodiscard]] Registration {
   public:
    Registration() = default;
    Registration(Registration&& other) noexcept = default;
    Registration& operator=(Registration&& other) noexcept;
    ~Registration() { reset(); }
    void reset();

   private:
    friend class ForcedEnd;
    std::shared_ptr<Duties> duties_;
    std::list<Duty>::iterator duty_;
  };

  ForcedEnd();

  // `duty` must not wait for long, nor touch what a thread in the middle of a pass may change.
  Registration add(Duty duty);
  // Runs all duties, the latest first. They stay registered.
  void run();

 private:
  std::shared_ptr<Duties> duties_;
};

}  // namespace gitsync::util
