// SPDX-License-Identifier: Apache-2.0
// A listening socket on the loopback address, for the servers of the tests.

#pragma once

#include "util/fd.h"

namespace gitsync::test {

struct LoopbackListener {
  util::Fd fd;
  int port = 0;  // one that was free
};

// Ends the test program if there is none to be had.
LoopbackListener listen_on_loopback();

}  // namespace gitsync::test
