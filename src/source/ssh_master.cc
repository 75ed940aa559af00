// SPDX-License-Identifier: Apache-2.0
#include "source/ssh_master.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "util/wait.h"

namespace gitsync::source {
namespace {

using util::Limit;
using util::Result;

// ssh tells nobody that it listens. So it is looked for while it connects: often at first, as most
// connections take a tenth of a second.
constexpr std::chrono::milliseconds kFirstLook{10};
constexpr std::chrono::milliseconds kLastLook{100};
// A master that listens answers at once.
constexpr std::chrono::seconds kHello{2};

}  // namespace

Result<SshMaster> SshMaster::start(const SshProgram& program, const git::SshAddress& address,
                                   const std::string& folder) {
  GS_TRY(auto made, SocketFolder::create(folder));
  if (!can_be_control_path(made.socket())) {
    return util::fail(util::ErrorKind::kLocal, util::Cause::kNotUnderstood,
                      "the path of $TMPDIR is too long for a control socket");
  }
  GS_TRY(auto child, util::Child::start({.argv = master_ssh(program, address, made.socket()),
                                         .environment = program.environment,
                                         .limits = program.limits,
                                         .input = util::Stdio::kNull,
                                         .output = util::Stdio::kNull,
                                         .error = util::Stdio::kPipe}));
  return SshMaster(std::move(made), std::move(child));
}

Result<net::MuxClient> SshMaster::connect(const Limit& limit) const {
  return net::MuxClient::connect(folder_.socket(), limit);
}

bool SshMaster::is_ready(const Limit& limit) const {
  const Limit soon = limit.within(kHello);
  auto client = connect(soon);
  return client && client->check_alive(soon);
}

Result<void> SshMaster::wait_until_ready(const Limit& limit) {
  for (auto look = kFirstLook;; look = std::min(2 * look, kLastLook)) {
    std::array<pollfd, 2> fds{{{child_.pidfd(), POLLIN, 0}, {errors_.fd(), POLLIN, 0}}};
    const auto waited = util::wait_for_descriptors(fds, limit.within(look));
    errors_.collect();
    if (has_ended()) return util::fail(util::ErrorKind::kNetwork, how_it_ended());
    if (!waited) GS_TRY_VOID(limit.check());
    if (is_ready(limit)) return {};
  }
}

std::string SshMaster::how_it_ended() const {
  const auto end = child_.ended().value_or(util::ChildEnd{});
  if (end.signal != 0) return "signal " + std::to_string(end.signal);
  return "exit status " + std::to_string(end.exit_status);
}

}  // namespace gitsync::source
