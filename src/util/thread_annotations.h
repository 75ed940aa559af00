// SPDX-License-Identifier: Apache-2.0
// Which mutex guards what, in words that Clang checks (-Wthread-safety, an error in its builds) and
// other compilers skip. See clang.llvm.org/docs/ThreadSafetyAnalysis.html.

#pragma once

#if defined(__clang__)
#define GITSYNC_THREAD_ANNOTATION(x) __attribute__((x))
#else
#define GITSYNC_THREAD_ANNOTATION(x)
#endif

// A member that is read and written only while the mutex is held.
#define GITSYNC_GUARDED_BY(mutex) GITSYNC_THREAD_ANNOTATION(guarded_by(mutex))
// A function that is called only while the mutex is held.
#define GITSYNC_REQUIRES(...) GITSYNC_THREAD_ANNOTATION(requires_capability(__VA_ARGS__))
// A function that takes the mutex itself, so that its caller must not hold it.
#define GITSYNC_EXCLUDES(...) GITSYNC_THREAD_ANNOTATION(locks_excluded(__VA_ARGS__))

// For util/mutex.h.
#define GITSYNC_CAPABILITY(name) GITSYNC_THREAD_ANNOTATION(capability(name))
#define GITSYNC_SCOPED_CAPABILITY GITSYNC_THREAD_ANNOTATION(scoped_lockable)
#define GITSYNC_ACQUIRE(...) GITSYNC_THREAD_ANNOTATION(acquire_capability(__VA_ARGS__))
#define GITSYNC_ACQUIRE_SHARED(...) \
  GITSYNC_THREAD_ANNOTATION(acquire_shared_capability(__VA_ARGS__))
#define GITSYNC_RELEASE(...) GITSYNC_THREAD_ANNOTATION(release_capability(__VA_ARGS__))
#define GITSYNC_RELEASE_SHARED(...) \
  GITSYNC_THREAD_ANNOTATION(release_shared_capability(__VA_ARGS__))
#define GITSYNC_RELEASE_GENERIC(...) \
  GITSYNC_THREAD_ANNOTATION(release_generic_capability(__VA_ARGS__))
