// SPDX-License-Identifier: Apache-2.0
// One question over one ssh session, and what its outcome means for the connection.

#pragma once

#include <string>

#include "git/remote_refs.h"
#include "git/ssh_address.h"
#include "source/ssh_session.h"

namespace gitsync::source {

enum class Verdict {
  kFinal,    // the server has spoken, or the limit was reached: so it is
  kRefused,  // no session was to be had; the connection stands
  kUseless,  // the connection is broken, or as good as broken
};

struct Attempt {
  util::Result<git::RemoteAnswer> answer;
  Verdict verdict = Verdict::kFinal;
};

// What to ask, and whom.
struct SshQuestion {
  const git::RefQuery& query;
  const git::SshAddress& address;
  util::Scrub scrub;  // of what ssh says
};

// Errors of the answer: as Transport::ask().
Attempt ask_session(SshSession& session, const SshQuestion& question, const util::Limit& limit);

// Over the kept connection; asks for a session once more if it is refused, since the server may not
// have cleared the last one away.
Attempt ask_master(SshMaster& master, const SshQuestion& question, Patience patience,
                   const util::Limit& limit);

}  // namespace gitsync::source
