// SPDX-License-Identifier: Apache-2.0
// One git server, asked again and again over what is kept open between two questions, and fetched
// from over the same: the native engine's way to resolve() and to get objects
// (docs/design.md#resolve, #fetch).

#pragma once

#include <chrono>
#include <optional>

#include "git/fetch_request.h"
#include "git/fetch_response_reader.h"
#include "git/not_understood.h"
#include "git/ref_query.h"
#include "git/remote_refs.h"
#include "util/error.h"
#include "util/event.h"

namespace gitsync::source {

// Thread-safety: none; belongs to the loop of one repository.
class Transport {
 public:
  virtual ~Transport() = default;

  // What the server has now for `query`; a server without such a ref is a success without a tip.
  // Errors: kNetwork, kAuth, kNotFound, kProtocol, kTimeout, kStopped, kLocal, with their causes as
  // cli/diagnosis.h has them; Cause::kNotUnderstood if only git can ask this server, the message
  // then says why in a few words for the log.
  virtual util::Result<git::RemoteAnswer> ask(const git::RefQuery& query,
                                              const util::Limit& limit) = 0;

  // Lets the server send a pack for `request` into the sinks, while it arrives. Success: the answer
  // has come to its end; whether the pack is one, its reader knows. Errors: those of ask();
  // kMoved with Cause::kCommitNotServed if the server no longer has what is wanted; the error of
  // the pack sink, unchanged; Cause::kNotUnderstood also if the server cannot do it in version 2.
  // After an error whatever went to the pack sink is of no use; once something did, nothing is
  // tried again.
  virtual util::Result<git::ShallowChanges> fetch(const git::FetchRequest& /*request*/,
                                                  const git::FetchSinks& /*sinks*/,
                                                  const util::Limit& /*limit*/) {
    return git::not_understood("this transport only asks");
  }
  // How long the server wants to be left alone, if the last question failed and it said so.
  virtual std::optional<std::chrono::seconds> retry_after() const { return std::nullopt; }

  // Closes what is kept open; the next question opens it again.
  virtual void disconnect() = 0;
};

}  // namespace gitsync::source
