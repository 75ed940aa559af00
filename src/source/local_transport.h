// SPDX-License-Identifier: Apache-2.0
// Asks a repository on this machine, and fetches from it: one git-upload-pack a question, as
// `git fetch <path>` runs it.

#pragma once

#include <functional>
#include <optional>
#include <string>

#include "source/transport.h"
#include "source/upload_pack_dialogue.h"
#include "util/environment.h"
#include "util/resource_limits.h"

namespace gitsync::source {

struct LocalTransportOptions {
  std::string executable = "git";
  util::Environment environment;     // that git gets: without secrets
  std::string url;                   // cli::is_local_address()
  std::string root;                  // where a relative path begins, and where git is run
  util::ResourceLimits limits = {};  // of the child
};

class LocalTransport final : public Transport {
 public:
  explicit LocalTransport(LocalTransportOptions options);

  // Also Cause::kNotUnderstood where git has rules of its own: bundles and odd addresses. The
  // message of a failure is that of a failed git command (docs/contract.md#failed-commands).
  util::Result<git::RemoteAnswer> ask(const git::RefQuery& query,
                                      const util::Limit& limit) override;
  util::Result<git::ShallowChanges> fetch(const git::FetchRequest& request,
                                          const git::FetchSinks& sinks,
                                          const util::Limit& limit) override;
  void disconnect() override {}  // nothing is kept open

 private:
  // What is said to a git-upload-pack.
  using Talk = std::function<util::Result<void>(ByteStream&)>;

  util::Result<void> run(const Talk& talk, const util::Limit& limit) const;

  const LocalTransportOptions options_;
  const util::Environment environment_;
  const std::optional<std::string> path_;
};

}  // namespace gitsync::source
