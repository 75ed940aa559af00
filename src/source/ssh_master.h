// SPDX-License-Identifier: Apache-2.0
// A kept ssh connection: one authenticated ssh that others open sessions through
// (ssh(1), -M; net/ssh_mux.h).

#pragma once

#include <optional>
#include <string>

#include "git/ssh_address.h"
#include "net/ssh_mux.h"
#include "source/error_tail.h"
#include "source/socket_folder.h"
#include "source/ssh_program.h"
#include "util/child.h"

namespace gitsync::source {

// The connection ends when this is destroyed, and with the thread that made it. Its socket is in
// a folder of ours alone. Move-only. Thread-safety: none.
class SshMaster {
 public:
  // Starts ssh; `folder` is where sockets may be made. Errors: kLocal; Cause::kNotUnderstood if
  // there can be no socket in this folder.
  static util::Result<SshMaster> start(const SshProgram& program, const git::SshAddress& address,
                                       const std::string& folder);

  // Waits until sessions can be opened. Errors: kNetwork if ssh has ended, with its words in
  // error_text(); by the limit.
  util::Result<void> wait_until_ready(const util::Limit& limit);
  // Whether it can be, now.
  bool is_ready(const util::Limit& limit) const;
  bool has_ended() const { return child_.ended().has_value(); }
  // "exit status 255" or "signal 9", once it has ended.
  std::string how_it_ended() const;

  // A connection for one session.
  util::Result<net::MuxClient> connect(const util::Limit& limit) const;

  // What ssh says of the connection. To be read now and then, or ssh stops when the pipe is full.
  ErrorTail& errors() { return errors_; }

 private:
  SshMaster(SocketFolder folder, util::Child child)
      : folder_(std::move(folder)), child_(std::move(child)), errors_(child_.take_error()) {}

  SocketFolder folder_;
  util::Child child_;  // goes before its folder
  ErrorTail errors_;
};

}  // namespace gitsync::source
