// SPDX-License-Identifier: Apache-2.0
// Ports of the loopback address for the servers of the tests, which run many at a time.

#pragma once

#include "util/fd.h"

namespace gitsync::test {

struct LoopbackListener {
  util::Fd fd;
  int port = 0;  // one that was free
};

// Ends the test program if there is none to be had.
LoopbackListener listen_on_loopback();

// A port that nobody is given by chance while it lives. Nobody listens there, so that who connects
// is refused, until a server binds it by its number, with SO_REUSEADDR as servers do.
class ReservedPort {
 public:
  // Ends the test program if there is none to be had.
  ReservedPort();
  int number() const { return number_; }

 private:
  util::Fd holder_;  // bound, and never listens
  int number_ = 0;
};

}  // namespace gitsync::test
