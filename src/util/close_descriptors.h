// SPDX-License-Identifier: Apache-2.0
// Closes what a child must not inherit, between fork(2) and execve(2): libraries and whoever
// started us do not always say close-on-exec.

#pragma once

namespace gitsync::util {

// Closes all descriptors from `first` on, by close_range(2) where the kernel has it.
// Async-signal-safe.
void close_descriptors_from(int first) noexcept;

// The same without close_range(2): a kernel before 5.9, or a seccomp profile that refuses it. Takes
// the list in /proc/self/fd, or without /proc every number that can be.
void close_listed_descriptors_from(int first) noexcept;

}  // namespace gitsync::util
