// SPDX-License-Identifier: Apache-2.0
#include "cli/credential_cache.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>

#include "util/fd.h"
#include "util/files.h"
#include "util/number.h"
#include "util/paths.h"
#include "util/text.h"

namespace gitsync::cli {
namespace {

// A connection to the daemon, or none.
util::Fd connect_to(const std::string& socket) {
  // Through the folder's descriptor, since an address holds only some hundred bytes of path.
  const util::Fd folder(::open(util::dir_name(socket).c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
  util::Fd client(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!folder || !client) return {};
  const std::string path =
      "/proc/self/fd/" + std::to_string(folder.get()) + "/" + std::string(util::base_name(socket));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) return {};
  std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
  if (::connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return {};
  }
  return client;
}

// The process that listens at the other end, or 0. The folder is ours alone, so it is the daemon
// that a git of ours has started.
pid_t listener_of(const util::Fd& client) {
  ucred peer{};
  socklen_t size = sizeof peer;
  const bool known =
      client && ::getsockopt(client.get(), SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0;
  return known && peer.pid > 1 && peer.uid == ::geteuid() ? peer.pid : 0;
}

bool serves(const std::string& process, const std::string& socket) {
  struct stat info{};
  if (::stat(process.c_str(), &info) != 0 || info.st_uid != ::geteuid()) return false;
  const auto arguments = util::split(util::read_file(process + "/cmdline").value_or(""), '\0');
  const auto is_daemon = [](const std::string& word) {
    return word.ends_with("credential-cache--daemon");
  };
  return std::ranges::any_of(arguments, is_daemon) &&
         std::ranges::find(arguments, socket) != arguments.end();
}

// Not by SIGTERM: a daemon would remove what has its socket's name by now. The folder in that name
// is ours alone, so no other process has it among its arguments.
void end_unreachable(const std::string& socket, pid_t reachable) {
  const auto names = util::list_directory("/proc");
  if (!names) return;
  for (const auto& name : *names) {
    const auto pid = util::parse_int(name);
    if (!pid || *pid <= 1 || *pid == reachable || !serves("/proc/" + name, socket)) continue;
    ::kill(static_cast<pid_t>(*pid), SIGKILL);
  }
}

}  // namespace

void stop_credential_cache(const std::string& socket) {
  const util::Fd client = connect_to(socket);
  // It removes its socket when it is told to end.
  if (const pid_t daemon = listener_of(client); daemon != 0) ::kill(daemon, SIGTERM);
}

void CredentialCache::notice() {
  const util::MutexLock lock(mutex_);
  struct stat info{};
  const bool there = ::lstat(socket_.c_str(), &info) == 0 && S_ISSOCK(info.st_mode);
  const std::pair now = there ? std::pair(info.st_dev, info.st_ino) : std::pair<dev_t, ino_t>{};
  if (now == seen_) return;
  seen_ = now;
  end_unreachable(socket_, listener_of(connect_to(socket_)));
}

void CredentialCache::stop() {
  const util::MutexLock lock(mutex_);
  end_unreachable(socket_, listener_of(connect_to(socket_)));
  stop_credential_cache(socket_);
}

}  // namespace gitsync::cli
