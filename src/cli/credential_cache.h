// SPDX-License-Identifier: Apache-2.0
// The end of git's credential cache, a daemon that would outlive us with our secrets.

#pragma once

#include <sys/types.h>

#include <string>
#include <utility>

#include "util/mutex.h"
#include "util/thread_annotations.h"

namespace gitsync::cli {

// Ends the daemon that listens on `socket`, if there is one, without starting a process. Safe from
// any thread; takes no time worth mentioning.
void stop_credential_cache(const std::string& socket);

// Keeps the daemons behind a socket to one: git starts another when somebody (a cleaner of old
// temporary files) has removed the socket of the first, which goes on with our secrets.
// Thread-safety: all members from any thread, but not while a git of ours may be starting one.
class CredentialCache {
 public:
  explicit CredentialCache(std::string socket) : socket_(std::move(socket)) {}

  // Ends daemons that can no longer be reached, if the socket is another one than at the last call.
  // Nothing but one lstat(2) while nothing changes.
  void notice();
  // Ends all of them.
  void stop();

 private:
  const std::string socket_;
  util::Mutex mutex_;
  std::pair<dev_t, ino_t> seen_ GITSYNC_GUARDED_BY(mutex_) = {};  // the socket at the last call
};

}  // namespace gitsync::cli
