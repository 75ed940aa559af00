// SPDX-License-Identifier: Apache-2.0
// One question, or one fetch, over one ssh session, and what its outcome means for the connection.

#pragma once

#include <functional>
#include <string>

#include "git/ssh_address.h"
#include "source/ssh_session.h"

namespace gitsync::source {

enum class Verdict {
  kFinal,    // the server has spoken, or the limit was reached: so it is
  kRefused,  // no session was to be had; the connection stands
  kUseless,  // the connection is broken, or as good as broken
};

struct Attempt {
  util::Result<void> outcome;
  Verdict verdict = Verdict::kFinal;
};

enum class Pace {
  kPrompt,  // an answer comes soon: silence means that the connection is broken
  kSlow,    // the server may think for as long as it likes
};

// What to say, and to whom.
struct SshQuestion {
  // Keeps what it hears.
  std::function<util::Result<void>(ByteStream&, const util::Limit&)> talk;
  // Whether it can be said once more over another session.
  std::function<bool()> may_be_repeated;
  Pace pace;
  const git::SshAddress& address;
  util::Scrub scrub;  // of what ssh says
};

// Errors of the outcome: as Transport::ask().
Attempt ask_session(SshSession& session, const SshQuestion& question, const util::Limit& limit);

// Over the kept connection; asks for a session once more if it is refused, since the server may not
// have cleared the last one away.
Attempt ask_master(SshMaster& master, const SshQuestion& question, Patience patience,
                   const util::Limit& limit);

}  // namespace gitsync::source
