// SPDX-License-Identifier: Apache-2.0
// A client of an ssh that is a connection's master: PROTOCOL.mux of the OpenSSH sources (read at
// 9.2), "Connection setup", "Opening a passenger mode session" and "Health checks". It opens
// sessions over a connection that is there already, without a process of its own.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "net/ssh_mux_message.h"
#include "util/error.h"
#include "util/event.h"
#include "util/fd.h"

namespace gitsync::net {

// What is to be run on the other side. The descriptors are the caller's; the master gets copies,
// reads and writes them, and makes them non-blocking.
struct MuxCommand {
  std::string command;
  std::vector<std::string> environment;  // NAME=value; the server takes what it likes
  int standard_input = -1;
  int standard_output = -1;
  int standard_error = -1;
};

// One connection to a control socket, for one session. When it is destroyed the master closes the
// session. Move-only. Thread-safety: none.
class MuxClient {
 public:
  // Connects and says hello. Errors: kNotFound if there is no socket, kNetwork if nobody listens or
  // the master ends, kProtocol if it speaks another version; by the limit.
  static util::Result<MuxClient> connect(const std::string& socket, const util::Limit& limit);

  // The master's process id. Errors: as connect().
  util::Result<std::uint32_t> check_alive(const util::Limit& limit);

  // Opens the session: the server has answered when this returns. The reason, if the master or the
  // server refuses; nothing more can be asked then. Errors: as connect().
  util::Result<std::optional<std::string>> open_session(const MuxCommand& command,
                                                        const util::Limit& limit);

  // Polls readable when the session has ended, or the master.
  int fd() const noexcept { return socket_.get(); }
  // The exit status of the session, once it has ended. Errors: kNetwork if the master ended before.
  util::Result<std::uint32_t> wait_for_exit(const util::Limit& limit);

 private:
  explicit MuxClient(util::Fd socket) : socket_(std::move(socket)) {}

  util::Result<void> send(std::string_view bytes, const util::Limit& limit);
  util::Result<void> send_descriptor(int descriptor, const util::Limit& limit);
  util::Result<MuxReply> receive(const util::Limit& limit);
  // An answer to the last request.
  util::Result<MuxReply> answer(const util::Limit& limit);

  util::Fd socket_;
  MuxReader reader_;
  std::uint32_t request_ = 0;
  std::uint32_t session_ = 0;
};

}  // namespace gitsync::net
