// SPDX-License-Identifier: Apache-2.0
#include "source/git_cli.h"

#include <charconv>
#include <utility>

#include "cli/credential_cache.h"
#include "cli/credential_store.h"
#include "cli/private_folder.h"
#include "cli/stale_locks.h"
#include "source/auth_blame.h"
#include "source/git_faults.h"
#include "util/files.h"
#include "util/text.h"

namespace gitsync::source {

using util::Result;

namespace {

// Revisions of this source are what Oid::parse() accepts.
git::Oid oid_of(const tree::Revision& revision) {
  // NOLINTNEXTLINE(bugprone-unchecked-optional-access): see above
  return git::Oid::parse(revision.id).value();
}

// A pass asks only about trees of a revision.
git::Oid oid_of(const tree::Published& shown) {
  // NOLINTNEXTLINE(bugprone-unchecked-optional-access): see above
  return oid_of(*shown.revision);
}

GitFetchOptions in_root(GitFetchOptions options, const std::string& root) {
  options.root = root;
  return options;
}

}  // namespace

Result<std::unique_ptr<GitCli>> GitCli::create(GitCliOptions options, tree::Layout layout,
                                               const GitCliParts& parts, const log::Logger& logger,
                                               GitStart when) {
  GS_TRY(auto setup, cli::set_up(options.setup, parts.processes, logger));
  const bool now = when == GitStart::kNow || cli::includes_files(setup.own);
  if (now) {
    GS_TRY_VOID(cli::check_version(setup.git, parts.stop, logger));
    GS_TRY(setup.own, cli::ask_for_config(setup.git, parts.stop, logger));
  } else {
    cli::log_config(setup, logger);
  }
  auto source = std::make_unique<GitCli>(std::move(options), std::move(layout), std::move(setup),
                                         parts, logger);
  source->started_ = now;
  return source;
}

GitCli::GitCli(GitCliOptions options, tree::Layout layout, cli::Setup setup,
               const GitCliParts& parts, const log::Logger& logger)
    : options_(std::move(options)),
      layout_(std::move(layout)),
      credentials_(parts.credentials),
      log_(logger),
      config_(std::move(setup.config)),
      cache_(config_.socket()),
      git_(std::move(setup.git)),
      ssh_keys_(options_.setup.ssh.key_files, config_.folder(), logger),
      stop_(parts.stop),
      repository_(layout_.root, git_, logger),
      care_(repository_, [this] { return start(); }),
      root_(layout_,
            {.repo_url = options_.fetch.url,
             .trust_foreign_owner = options_.trust_foreign_owner,
             .own = std::move(setup.own)},
            git_, config_, logger),
      fetch_(in_root(options_.fetch, layout_.root), git_, logger),
      checkout_(layout_, options_.checkout, git_, repository_, logger),
      forced_end_(parts.forced_end.add([&cache = cache_, folder = config_.folder()] {
        cache.stop();
        cli::remove_at_once(folder);
      })) {
  look_at_ssh_keys();  // before hooks are told of the environment
}

GitCli::~GitCli() { cache_.stop(); }

void GitCli::look_at_ssh_keys() {
  if (!ssh_keys_.refresh()) return;
  std::string command = cli::ssh_command_of(options_.setup, ssh_keys_.paths());
  log_.info(9, "setting environment", {{"GIT_SSH_COMMAND", command}});
  git_.set_environment("GIT_SSH_COMMAND", std::move(command));
}

template <typename T>
Result<T> GitCli::seen(Result<T> result) {
  cache_.notice();
  // Whatever came of it: a pass that begins again looks at the repository first.
  if (root_.is_checked() && root_.was_replaced()) {
    locks_suspect_ = true;
    return util::fail(util::ErrorKind::kMoved,
                      "the repository in " + layout_.root + " was replaced during the pass");
  }
  if (result) return result;
  util::Error error = std::move(result).error();
  if (may_have_killed_git(error)) locks_suspect_ = true;
  if (is_disk_full(error, layout_.root)) error.cause = util::Cause::kDiskFull;
  return util::fail(explain(std::move(error)));
}

util::Error GitCli::explain(util::Error error) const {
  return ssh_keys_.explain(blame_credentials(std::move(error), credentials_.current(),
                                             options_.fetch.url, options_.dropped_settings));
}

util::Environment GitCli::child_environment() const {
  auto environment = git_.environment();
  for (const auto& name : cli::secret_variables()) environment.unset(name);
  return environment;
}

Result<void> GitCli::start() {
  if (started_) return {};
  GS_TRY_VOID(cli::check_version(git_, stop_, log_));
  started_ = true;
  return {};
}

Result<void> GitCli::open(const std::optional<tree::Published>& shown, const util::Limit& limit) {
  GS_TRY_VOID(begin_pass());
  GS_TRY_VOID(hand_over_credentials(limit));
  return make_usable(shown, care_, limit);
}

Result<void> GitCli::begin_pass() {
  root_.forget();
  cache_.notice();
  handed_over_ = false;
  GS_TRY_VOID(config_.restore());
  look_at_ssh_keys();
  return {};
}

Result<void> GitCli::hand_over_credentials(const util::Limit& limit) {
  GS_TRY_VOID(start());
  if (handed_over_) return {};
  GS_TRY_VOID(seen(cli::store_credentials(git_, credentials_.current(), limit, log_)));
  handed_over_ = true;
  return {};
}

Result<void> GitCli::make_usable(const std::optional<tree::Published>& shown, RepositoryCare& care,
                                 const util::Limit& limit) {
  // Not in every pass: a hook's git may hold a lock rightfully.
  if (std::exchange(locks_suspect_, false)) cli::remove_stale_locks(layout_.root, log_);
  return seen(root_.ensure_usable(shown, care, limit));
}

Result<Resolved> GitCli::resolve(const util::Limit& limit) {
  GS_TRY_VOID(hand_over_credentials(limit));
  GS_TRY(const auto tip, seen(fetch_.run(limit)));
  return Resolved{.revision = {tip.hex()}, .immutable = tip.hex() == options_.fetch.ref};
}

Result<Health> GitCli::inspect(const tree::Published& shown, Depth /*depth*/,
                               const util::Limit& limit) {
  GS_TRY_VOID(start());
  return seen(check(shown, limit));
}

Result<Health> GitCli::check(const tree::Published& shown, const util::Limit& limit) const {
  if (!root_.may_know(shown.tree)) {
    log_.info(0, "worktree is not one of the repository in the root", {{"path", shown.tree}});
    return Health::kDamaged;
  }
  auto whole = repository_.has_checked_out(shown.tree, oid_of(shown), limit);
  // Somebody may remove it while it is looked at.
  if (!whole && limit.check() && !util::is_real_directory(shown.tree)) whole = false;
  if (!whole) return util::fail(std::move(whole).error());
  return *whole ? Health::kWhole : Health::kDamaged;
}

Result<void> GitCli::restore(const tree::Published& shown, const util::Limit& limit) {
  GS_TRY_VOID(hand_over_credentials(limit));
  root_.trust(shown.tree);
  GS_TRY_VOID(checkout_.check_settings());
  return seen(checkout_.prepare(oid_of(shown), Build::kRefresh, limit));
}

Result<tree::Draft> GitCli::materialize(const Resolved& wanted, const tree::Published* /*base*/,
                                        const tree::Turn& turn, const util::Limit& limit) {
  GS_TRY_VOID(hand_over_credentials(limit));
  const auto commit = oid_of(wanted.revision);
  root_.trust(checkout_.path_of(commit));
  GS_TRY_VOID(checkout_.check_settings());
  // With --filter git fetches what it lacks here, and may be refused.
  return seen(build(commit, turn, limit));
}

Result<tree::Draft> GitCli::build(const git::Oid& commit, const tree::Turn& turn,
                                  const util::Limit& limit) {
  const tree::Revision revision{commit.hex()};
  GS_TRY(const bool taken, take_what_is_there(commit, limit));
  if (taken) return tree::Draft::found(layout_, revision, log_);
  GS_TRY_VOID(turn.check());  // what is in the way is removed
  auto draft = tree::Draft::built(layout_, revision, turn, limit, log_);
  // Looked at before the draft goes, and with it the reason why a disk is full.
  GS_TRY_VOID(seen(checkout_.prepare(commit, Build::kFresh, limit)));
  return draft;
}

// A whole tree that another link may show, or that a killed process left, is not built again: its
// readers would see it go.
Result<bool> GitCli::take_what_is_there(const git::Oid& commit, const util::Limit& limit) {
  const std::string path = checkout_.path_of(commit);
  if (!root_.may_know(path)) return false;
  GS_TRY(const bool whole, checkout_.is_whole(commit, limit));
  if (!whole) return false;
  log_.info(1, "this commit is checked out already", {{"path", path}});
  const auto taken = checkout_.prepare(commit, Build::kRefresh, limit);
  if (taken) return true;
  if (!limit.check() || is_disk_full(taken.error(), layout_.root)) {
    return util::fail(taken.error());
  }
  log_.error("cannot use the worktree that is there: building it anew", taken.error(),
             {{"path", path}});
  return false;
}

Result<About> GitCli::describe(const tree::Revision& revision, const util::Limit& limit) {
  GS_TRY_VOID(start());
  GS_TRY(const auto text,
         git_.run({"log", "-1", "--no-show-signature", "--format=%ct%n%an%n%s", revision.id, "--"},
                  layout_.root, limit));
  const auto lines = util::split(text, '\n');
  std::int64_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + lines[0].size(), seconds);
  if (lines.size() < 2 || error != std::errc{}) {
    return util::fail(util::ErrorKind::kProtocol, "git log answered " + text);
  }
  return About{.time = std::chrono::sys_seconds(std::chrono::seconds(seconds)),
               .author = lines[1],
               .subject = lines.size() > 2 ? lines[2] : ""};
}

Result<void> GitCli::reclaim(std::span<const tree::Revision> keep, Urgency urgency,
                             const util::Limit& limit) {
  GS_TRY_VOID(start());
  if (urgency == Urgency::kDiskFull) return seen(make_room(keep, limit));
  log_.info(3, "collecting garbage", {{"repo", layout_.root}});
  return seen(repository_.collect_garbage(options_.gc, limit));
}

Result<void> GitCli::make_room(std::span<const tree::Revision> keep, const util::Limit& limit) {
  if (!root_.is_checked()) return {};
  cli::remove_stale_locks(layout_.root, log_);
  if (options_.gc == cli::Gc::kOff) return {};
  log_.info(0, "the disk is full: removing what is not published", {{"root", layout_.root}});
  // The private branch may lead to the commit that did not fit.
  GS_TRY_VOID(keep.empty() ? repository_.forget_branch(limit)
                           : repository_.move_branch(oid_of(keep.front()), limit));
  return repository_.collect_garbage(options_.gc, limit);
}

}  // namespace gitsync::source
