// SPDX-License-Identifier: Apache-2.0
#include "cli/credential_cache.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <cstring>

#include "util/fd.h"
#include "util/paths.h"

namespace gitsync::cli {

void stop_credential_cache(const std::string& socket) {
  // Through the folder's descriptor, since an address holds only some hundred bytes of path.
  const util::Fd folder(::open(util::dir_name(socket).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  const util::Fd client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!folder || !client) return;
  const std::string path =
      "/proc/self/fd/" + std::to_string(folder.get()) + "/" + std::string(util::base_name(socket));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return;
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  if (::connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return;
  }
  // Of the process that listens. The folder is ours alone, so it is the daemon that we started; it
  // removes its socket when it is told to end.
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(client.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0 && peer.pid > 1) {
    ::kill(peer.pid, SIGTERM);
  }
}

}  // namespace gitsync::cli
