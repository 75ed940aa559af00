// SPDX-License-Identifier: Apache-2.0
// One git server, asked again and again over what is kept open between two questions: the native
// engine's way to resolve() (docs/design.md#resolve).

#pragma once

#include <chrono>
#include <optional>

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

  // How long the server wants to be left alone, if the last question failed and it said so.
  virtual std::optional<std::chrono::seconds> retry_after() const { return std::nullopt; }

  // Closes what is kept open; the next question opens it again.
  virtual void disconnect() = 0;
};

}  // namespace gitsync::source
