// SPDX-License-Identifier: Apache-2.0
// The source that drives the git executable: the contract's own sequence of commands, the reference
// for every other engine. Its parts: git_root.h, git_fetch.h, git_checkout.h.

#pragma once

#include <memory>
#include <string>

#include "auth/credentials.h"
#include "cli/credential_cache.h"
#include "cli/setup.h"
#include "cli/ssh_keys.h"
#include "source/git_checkout.h"
#include "source/git_fetch.h"
#include "source/git_root.h"
#include "source/source.h"
#include "util/forced_end.h"

namespace gitsync::source {

struct GitCliOptions {
  cli::SetupOptions setup;
  GitFetchOptions fetch;  // its root is filled in
  GitCheckoutOptions checkout;
  cli::Gc gc = cli::Gc::kAlways;
  std::vector<std::string> dropped_settings;  // that could not be read, for messages
  bool trust_foreign_owner = false;           // of the repository in the root
};

// What it works with. All of it outlives the source.
struct GitCliParts {
  util::ProcessRunner& processes;
  const auth::Credentials& credentials;  // read by the pass before open()
  util::ForcedEnd& forced_end;
  const util::Event& stop;
};

// When the commands of the start (`git version`, `git config --list`) are run.
enum class GitStart { kNow, kAtFirstUse };

class GitCli final : public Source {
 public:
  // Writes the private configuration, which the destructor removes together with git's credential
  // cache. Runs git if it is told so, or if only git knows what is configured.
  // Errors name the setting that is wrong.
  static util::Result<std::unique_ptr<GitCli>> create(GitCliOptions options, tree::Layout layout,
                                                      const GitCliParts& parts,
                                                      const log::Logger& logger,
                                                      GitStart when = GitStart::kNow);
  GitCli(GitCliOptions options, tree::Layout layout, cli::Setup setup, const GitCliParts& parts,
         const log::Logger& logger);
  ~GitCli() override;
  GitCli(const GitCli&) = delete;
  GitCli& operator=(const GitCli&) = delete;

  util::Result<void> open(const std::optional<tree::Published>& shown,
                          const util::Limit& limit) override;
  // Fetches, too.
  util::Result<Resolved> resolve(const util::Limit& limit) override;
  // The contract has one depth.
  util::Result<Health> inspect(const tree::Published& shown, Depth depth,
                               const util::Limit& limit) override;
  util::Result<void> restore(const tree::Published& shown, const util::Limit& limit) override;
  util::Result<tree::Draft> materialize(const Resolved& wanted, const tree::Published* base,
                                        const tree::Turn& turn, const util::Limit& limit) override;
  util::Result<About> describe(const tree::Revision& revision, const util::Limit& limit) override;
  util::Result<void> reclaim(std::span<const tree::Revision> keep, Urgency urgency,
                             const util::Limit& limit) override;
  const util::Environment& hook_environment() const override { return git_.environment(); }

  // For a source that wraps this one and does most of it without git (source/auto_source.h).
  // The first half of open(): what a pass needs whoever does its steps.
  util::Result<void> begin_pass();
  // The second half, with another one's care for the repository.
  util::Result<void> make_usable(const std::optional<tree::Published>& shown, RepositoryCare& care,
                                 const util::Limit& limit);
  // Tells git of the credentials of this pass, once; the steps that need them do it themselves.
  util::Result<void> hand_over_credentials(const util::Limit& limit);
  RepositoryCare& care() { return care_; }
  GitRoot& root() { return root_; }
  const cli::PrivateConfig& config() const { return config_; }
  // Adds to an error of this pass what is known of its cause.
  util::Error explain(util::Error error) const;
  // What children of git's kind see: without our secrets, with the key files as they are now.
  util::Environment child_environment() const;
  // As git runs it, with the key files as they are now.
  std::string ssh_command() const { return git_.environment().get_or("GIT_SSH_COMMAND", ""); }
  // The files that it names.
  std::vector<std::string> ssh_key_paths() const { return ssh_keys_.paths(); }

 private:
  // Before the first command.
  util::Result<void> start();
  // Adds to an error what is known of its cause, and remembers that a git of ours may have been
  // killed and left its locks.
  template <typename T>
  util::Result<T> seen(util::Result<T> result);
  // Before git is run; tells it of the paths.
  void look_at_ssh_keys();
  util::Result<Health> check(const tree::Published& shown, const util::Limit& limit) const;
  util::Result<tree::Draft> build(const git::Oid& commit, const tree::Turn& turn,
                                  const util::Limit& limit);
  util::Result<bool> take_what_is_there(const git::Oid& commit, const util::Limit& limit);
  util::Result<void> make_room(std::span<const tree::Revision> keep, const util::Limit& limit);

  const GitCliOptions options_;
  const tree::Layout layout_;
  const auth::Credentials& credentials_;
  const log::Logger log_;
  cli::PrivateConfig config_;
  cli::CredentialCache cache_;
  cli::Git git_;
  cli::SshKeys ssh_keys_;
  const util::Event& stop_;
  const cli::Repository repository_;
  GitCare care_;
  GitRoot root_;
  GitFetch fetch_;
  const GitCheckout checkout_;
  bool started_ = false;       // whether git was run
  bool handed_over_ = false;   // credentials, in this pass
  bool locks_suspect_ = true;  // nothing is known of the process before this one
  util::ForcedEnd::Registration forced_end_;
};

}  // namespace gitsync::source
