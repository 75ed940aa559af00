// SPDX-License-Identifier: Apache-2.0
// Blocks all signals of the calling thread, so that a thread it starts meanwhile has them blocked.

#pragma once

#include <pthread.h>

#include <csignal>

namespace gitsync::http {

class SignalsBlocked {
 public:
  SignalsBlocked() {
    sigset_t all;
    ::sigfillset(&all);
    ::pthread_sigmask(SIG_SETMASK, &all, &before_);
  }
  ~SignalsBlocked() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  SignalsBlocked(const SignalsBlocked&) = delete;
  SignalsBlocked& operator=(const SignalsBlocked&) = delete;

 private:
  sigset_t before_{};
};

}  // namespace gitsync::http
