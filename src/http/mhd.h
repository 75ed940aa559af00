// SPDX-License-Identifier: Apache-2.0
// Owners of what libmicrohttpd gives out, for the two servers that are made with it.

#pragma once

#include <microhttpd.h>

#include <memory>

namespace gitsync::http {

struct DaemonStopper {
  void operator()(MHD_Daemon* daemon) const noexcept { ::MHD_stop_daemon(daemon); }
};
using Daemon = std::unique_ptr<MHD_Daemon, DaemonStopper>;

struct ResponseDestroyer {
  void operator()(MHD_Response* response) const noexcept { ::MHD_destroy_response(response); }
};
using MhdResponse = std::unique_ptr<MHD_Response, ResponseDestroyer>;

}  // namespace gitsync::http
