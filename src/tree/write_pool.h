// SPDX-License-Identifier: Apache-2.0
// Threads that write the files of one tree. On a network volume each call is a round trip, and
// several files on their way at once divide the time (docs/shared-volumes.md#width).

#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "util/error.h"
#include "util/event.h"

namespace gitsync::tree {

// Belongs to the thread that builds a tree, and is asked by it alone. Threads are started when they
// are first needed. Memory: that of the jobs that wait, 4 MiB and 256 of them at most.
class WritePool {
 public:
  using Job = std::function<util::Result<void>()>;
  struct Load {
    std::size_t bytes = 0;
    std::size_t folder = 0;  // any number that tells most folders apart
  };

  // `width`: threads. With one there is none: add() runs the job.
  WritePool(std::size_t width, const util::Limit& limit);
  WritePool(const WritePool&) = delete;
  WritePool& operator=(const WritePool&) = delete;
  // Drops what was not begun, and waits for what was.
  ~WritePool();

  bool is_wide() const { return width_ > 1; }

  // Has `job` run, which holds `bytes` of memory; waits while too much is waiting. Jobs of
  // different folders go side by side where they can, because a kernel makes the entries of one
  // folder one after the other: 2,000 files in 200 folders took 13 s instead of 9 s without that.
  // Errors: the first one of any job, after which no more are begun; those of the limit.
  util::Result<void> add(const Load& load, Job job);
  // Waits until `is_done`, which a job brings about. Errors: as add().
  util::Result<void> wait_until(const std::function<bool()>& is_done);
  // Waits for all jobs. Errors: as add().
  util::Result<void> finish();

 private:
  struct Waiting {
    Load load;
    Job job;
  };
  Waiting take_next();
  util::Result<void> wait_until(std::unique_lock<std::mutex>& lock,
                                const std::function<bool()>& is_done);
  util::Result<void> ensure_thread();
  void work();

  const std::size_t width_;
  const util::Limit limit_;
  std::mutex mutex_;
  std::condition_variable more_;  // for the threads
  std::condition_variable less_;  // for the one that builds
  std::deque<Waiting> waiting_;
  std::size_t bytes_ = 0;          // of what waits or is being written
  std::size_t idle_ = 0;           // threads
  std::vector<std::size_t> busy_;  // the folder of each job that is under way
  bool given_up_ = false;
  std::optional<util::Error> failure_;
  std::vector<std::jthread> threads_;
};

}  // namespace gitsync::tree
