// SPDX-License-Identifier: Apache-2.0
// The mutexes of the standard library with the annotations that libstdc++ lacks.

#pragma once

#include <mutex>
#include <shared_mutex>

#include "util/thread_annotations.h"

namespace gitsync::util {

class GITSYNC_CAPABILITY("mutex") Mutex {
 public:
  void lock() GITSYNC_ACQUIRE() { mutex_.lock(); }
  void unlock() GITSYNC_RELEASE() { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

// Many readers or one writer.
class GITSYNC_CAPABILITY("mutex") SharedMutex {
 public:
  void lock() GITSYNC_ACQUIRE() { mutex_.lock(); }
  void unlock() GITSYNC_RELEASE() { mutex_.unlock(); }
  void lock_shared() GITSYNC_ACQUIRE_SHARED() { mutex_.lock_shared(); }
  void unlock_shared() GITSYNC_RELEASE_SHARED() { mutex_.unlock_shared(); }

 private:
  std::shared_mutex mutex_;
};

// Holds a mutex of either kind, alone, for the length of a scope.
template <typename M>
class GITSYNC_SCOPED_CAPABILITY [[nodiscard]] MutexLock {
 public:
  explicit MutexLock(M& mutex) GITSYNC_ACQUIRE(mutex) : mutex_(mutex) { mutex_.lock(); }
  ~MutexLock() GITSYNC_RELEASE() { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  M& mutex_;
};

// Holds a SharedMutex together with other readers.
class GITSYNC_SCOPED_CAPABILITY [[nodiscard]] ReaderLock {
 public:
  explicit ReaderLock(SharedMutex& mutex) GITSYNC_ACQUIRE_SHARED(mutex) : mutex_(mutex) {
    mutex_.lock_shared();
  }
  ~ReaderLock() GITSYNC_RELEASE_GENERIC() { mutex_.unlock_shared(); }
  ReaderLock(const ReaderLock&) = delete;
  ReaderLock& operator=(const ReaderLock&) = delete;

 private:
  SharedMutex& mutex_;
};

}  // namespace gitsync::util
