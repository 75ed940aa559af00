// SPDX-License-Identifier: Apache-2.0
// Asks a git server by ssh, and fetches from it: one kept connection, a new git-upload-pack for
// each question (docs/design.md#resolve).

#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "git/ssh_address.h"
#include "log/logger.h"
#include "source/file_stamps.h"
#include "source/ssh_attempt.h"
#include "source/ssh_master.h"
#include "source/ssh_program.h"
#include "source/transport.h"
#include "util/environment.h"
#include "util/resource_limits.h"

namespace gitsync::source {

struct SshTransportOptions {
  std::string url;
  // As git's children have it; GIT_SSH_COMMAND in it is the command (empty or missing: "ssh"). Our
  // secrets, and what would change ssh's language, are taken out.
  util::Environment environment;
  // Settings of git that choose or change ssh, by their names: core.sshCommand, ssh.variant. The
  // variables are seen in the environment. Whatever is set, only git knows what it makes of it.
  std::vector<std::string> other_settings = {};
  std::string temporary_directory = "/tmp";  // $TMPDIR, absolute
  // Keys, known_hosts and ssh's configuration: when one of them changes, the next question opens
  // a new connection.
  std::vector<std::string> watched_files = {};
  util::ResourceLimits limits = {};  // what harden_limits() returned; ssh gets no core dumps
  // How long a kept connection may be silent before it is taken for broken.
  std::chrono::milliseconds patience = std::chrono::seconds(3);
  // How long ssh may take to offer its socket before it is tried without one.
  std::chrono::milliseconds connect_patience = std::chrono::seconds(15);
};

// Starts ssh when it is first asked, and again only when that connection is of no use any more. The
// thread that asks is to be the one that destroys it, see util/spawn.h. SIGPIPE must be ignored or
// blocked.
class SshTransport final : public Transport {
 public:
  SshTransport(SshTransportOptions options, log::Logger logger);
  ~SshTransport() override;

  util::Result<git::RemoteAnswer> ask(const git::RefQuery& query,
                                      const util::Limit& limit) override;
  util::Result<git::ShallowChanges> fetch(const git::FetchRequest& request,
                                          const git::FetchSinks& sinks,
                                          const util::Limit& limit) override;
  void disconnect() override;

 private:
  // The address, if it and the command are understood, which is looked at once.
  util::Result<const git::SshAddress*> prepare();
  // Drops a connection that is not to be used any more.
  void look_at_connection();
  // Over the connection that is kept, or another one.
  util::Result<void> say(const SshQuestion& question, const util::Limit& limit);
  util::Result<void> ask_new(const SshQuestion& question, const util::Limit& limit);
  // Whether there is a connection now; if not, ssh may still do without one that is kept.
  util::Result<bool> connect(const git::SshAddress& address, const util::Limit& limit);
  util::Result<bool> judge_connection(const git::SshAddress& address, const util::Error& error,
                                      const util::Limit& limit);
  // By an ssh of its own.
  util::Result<void> ask_alone(const SshQuestion& question, const util::Limit& limit);
  // The same, to find out whether a connection cannot be kept or cannot be had.
  util::Result<void> find_out(const SshQuestion& question, const util::Limit& limit);
  void note_refusal();
  void keep_none(std::string_view why);
  void drop(std::string_view why);
  Attempt told(Attempt attempt);

  const SshTransportOptions options_;
  const log::Logger log_;
  SshProgram program_;
  std::optional<git::SshAddress> address_;  // once it was understood
  std::optional<SshMaster> master_;
  std::vector<util::FileStamp> stamps_;  // of the watched files, when the connection was made
  bool keeps_ = true;                    // whether connections can be kept
  int answers_ = 0;                      // over this connection
  std::optional<int> protocol_;          // git's, of the last answer
  // Connections in a row that took one session and refused the next.
  int single_use_ = 0;
  // How long the last answer over a new connection took.
  std::chrono::milliseconds usual_time_{0};
};

}  // namespace gitsync::source
