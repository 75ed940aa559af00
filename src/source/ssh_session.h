// SPDX-License-Identifier: Apache-2.0
// One git-upload-pack on an ssh server, for one question: over a kept connection, or by an ssh of
// its own.

#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "git/ssh_address.h"
#include "source/ssh_master.h"
#include "source/ssh_program.h"
#include "source/upload_pack_dialogue.h"

namespace gitsync::source {

// How a session ended, for the error if it did not do what it should.
struct SessionEnd {
  std::string how;        // "exit status 128"
  std::string words;      // standard error of ssh and of the other side
  bool was_told = false;  // whether the end is known, or was not waited for any longer
  bool lost = false;      // whether the kept connection ended
};

enum class Outcome { kAnswered, kFailed };

class SshSession : public ByteStream {
 public:
  // Ends the session: closes what is open, and waits a moment for its end.
  virtual SessionEnd finish(Outcome outcome, const util::Limit& limit,
                            const util::Scrub& scrub) = 0;
  // Whether nothing came for as long as `patience`, which then was the reason of a kTimeout.
  virtual bool was_silent() const { return false; }
};

// How long to wait for each piece of an answer.
using Patience = std::chrono::milliseconds;
inline constexpr Patience kEndless = Patience::max();

struct OpenedSession {
  std::unique_ptr<SshSession> session;
  std::string refusal;  // if there is none
};

// A session over the kept connection. No process starts here. Errors: kNetwork if the connection is
// no more; kTimeout after `patience` as well.
util::Result<OpenedSession> open_session(SshMaster& master, const git::SshAddress& address,
                                         Patience patience, const util::Limit& limit);

// An ssh of its own. Errors: it cannot be started.
util::Result<std::unique_ptr<SshSession>> start_single(const SshProgram& program,
                                                       const git::SshAddress& address);

}  // namespace gitsync::source
