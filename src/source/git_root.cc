// SPDX-License-Identifier: Apache-2.0
#include "source/git_root.h"

#include <sys/stat.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "cli/config_rules.h"
#include "cli/git_dirs.h"
#include "cli/local_repository.h"
#include "git/oid.h"
#include "util/files.h"
#include "util/folder.h"
#include "util/paths.h"
#include "util/url.h"

namespace gitsync::source {

using util::Result;

namespace {

// In the environment of every git; the file for hooks has them all.
constexpr std::size_t kMostTrusted = 500;

std::pair<dev_t, ino_t> identity_of(const std::string& path) {
  struct stat info{};
  if (::lstat(path.c_str(), &info) != 0) return {};
  return {info.st_dev, info.st_ino};
}

}  // namespace

GitRoot::GitRoot(tree::Layout layout, GitRootOptions options, cli::Git& git,
                 cli::PrivateConfig& config, log::Logger logger)
    : layout_(std::move(layout)),
      options_(std::move(options)),
      git_(git),
      config_(config),
      root_(layout_, logger),
      log_(std::move(logger)),
      store_config_(options_.own) {}

void GitRoot::trust(const std::string& also) {
  // root/* stands for all below since git 2.46; before, each tree needs its own line.
  std::vector<std::string> directories{layout_.root, layout_.root + "/*"};
  if (!also.empty()) directories.push_back(also);
  for (auto& path : cli::local_repository_paths(options_.repo_url, layout_.root)) {
    directories.push_back(std::move(path));
  }
  if (const auto trees = util::Folder::open(layout_.trees())) {
    [[maybe_unused]] const auto listed = trees->for_each_entry([&](std::string_view name) {
      const std::string tree = trees->path_of(name);
      if (git::Oid::parse(name) && tree != also) directories.push_back(tree);
      return util::Walk::kGoOn;
    });
  }
  // Our own gits get it by their environment, too; the file is for hooks.
  const auto written = config_.trust(directories);
  if (!written && !trust_failed_) {
    log_.error("cannot write which directories git may trust when a hook runs it", written.error());
  }
  trust_failed_ = !written;
  trusted_ = std::move(directories);
  apply_settings();
}

void GitRoot::apply_settings() {
  cli::ConfigPairs settings;
  const auto& missing = config_.missing();
  if (missing) settings = config_.settings();
  if (missing && !files_missing_) {
    log_.error("cannot write git's private configuration: hooks do without", *missing);
  }
  files_missing_ = missing.has_value();
  for (const auto& pairs : {cli::constant_settings(options_.own), overrides_}) {
    settings.insert(settings.end(), pairs.begin(), pairs.end());
  }
  for (std::size_t i = 0; i < std::min(trusted_.size(), kMostTrusted); ++i) {
    settings.emplace_back("safe.directory", trusted_[i]);
  }
  git_.override_config(std::move(settings));
}

Result<void> GitRoot::ensure_usable(const std::optional<tree::Published>& published,
                                    RepositoryCare& care, const util::Limit& limit) {
  if (is_as_left(published, care)) {
    checked_ = true;
    return {};
  }
  left_.reset();
  seen_.forget();
  GS_TRY_VOID(look_closely(published, care, limit));
  // How to get to a source on the local disk may change anywhere.
  const bool is_remote = cli::local_repository_paths(options_.repo_url, layout_.root).empty();
  const bool shows_all = is_remote && shows_strangers_ && !trust_failed_ && !files_missing_;
  if (shows_all && published) left_ = published->tree;
  return {};
}

// Most polls find all as the last pass has left it.
bool GitRoot::is_as_left(const std::optional<tree::Published>& published,
                         RepositoryCare& care) const {
  return left_ && published && published->tree == *left_ && !config_.missing() &&
         !seen_.has_changed() && care.is_as_left();
}

Result<void> GitRoot::look_closely(const std::optional<tree::Published>& published,
                                   RepositoryCare& care, const util::Limit& limit) {
  for (const auto& path : {layout_.root, layout_.trees()}) seen_.add(path);
  care.watch(seen_);
  GS_TRY_VOID(refuse_source());
  GS_TRY_VOID(learn_owner());
  store_ = identity_of(layout_.store());  // before it is looked at: was_replaced() shows the rest
  const auto stranger = find_stranger_in_store();
  if (stranger) GS_TRY_VOID(remove_stranger(*stranger, published));
  checked_ = !stranger;
  trust(published ? published->tree : "");
  bool usable = false;
  if (checked_) {
    GS_TRY(usable, is_usable(published, care, limit));
  }
  if (!usable) GS_TRY_VOID(make_anew(care, limit));
  return care.set_origin(options_.repo_url, limit);
}

bool GitRoot::was_replaced() const { return identity_of(layout_.store()) != store_; }

// If not, there is room for a new one afterwards.
Result<bool> GitRoot::is_usable(const std::optional<tree::Published>& published,
                                RepositoryCare& care, const util::Limit& limit) {
  GS_TRY(const bool empty, root_.is_empty());
  if (empty) return false;
  GS_TRY(const bool usable, care.is_usable(limit));
  if (usable) return true;
  GS_TRY_VOID(root_.holds_our_trees(published) ? root_.set_store_aside() : root_.clear());
  return false;
}

// A disk without room for a file does not change whose files are ours.
Result<void> GitRoot::learn_owner() {
  if (options_.trust_foreign_owner) return {};
  // Asking writes; who mounts another volume here changes the device.
  const dev_t device = identity_of(layout_.root).first;
  if (ours_ && device == learned_on_) return {};
  learned_on_ = device;
  const auto owner = owner_of_new_files(layout_.root);
  if (owner) ours_ = *owner;
  if (!ours_) return util::fail(owner.error());
  return {};
}

// Anything else in the store's place is not a folder of git, which is_usable() finds out.
std::optional<Stranger> GitRoot::find_stranger_in_store() {
  overrides_.clear();
  const std::string store = layout_.store();
  if (!util::is_real_directory(store)) return std::nullopt;
  // Before its folders are entered.
  if (auto found = find_stranger({{store, cli::GitDir::Kind::kMain}}, ours_)) return found;
  const auto dirs = cli::find_git_dirs(store);
  if (!dirs) return Stranger{store, dirs.error().message, {}};
  shows_strangers_ = watch_for_strangers(*dirs, seen_);
  if (auto found = find_stranger(*dirs, ours_)) return found;
  auto settings = store_config_.read(*dirs, layout_.trees());
  if (!settings.refused.empty()) return Stranger{store, std::move(settings.refused), {}};
  overrides_ = std::move(settings.overrides);
  if (settings.ignored != ignored_ && !settings.ignored.empty()) log_ignored(settings.ignored);
  ignored_ = std::move(settings.ignored);
  return std::nullopt;
}

void GitRoot::log_ignored(const std::vector<std::string>& keys) const {
  std::vector<std::string> shown;
  shown.reserve(keys.size());
  for (const auto& key : keys) shown.push_back(util::redact_urls_in(key));
  log_.info(0, "git settings in the root that are not git-sync's have no effect on it",
            {{"path", layout_.store() + "/config"}, {"keys", std::move(shown)}});
}

Result<void> GitRoot::remove_stranger(const Stranger& stranger,
                                      const std::optional<tree::Published>& published) {
  log::Fields fields{{"path", stranger.path}, {"reason", stranger.reason}};
  if (stranger.owner) fields.emplace_back("owner", std::int64_t{*stranger.owner});
  if (ours_) fields.emplace_back("expected", std::int64_t{*ours_});
  auto moved = root_.set_store_aside("repository is not ours", std::move(fields));
  if (!moved) {
    auto error = std::move(moved).error();
    error.hint.clear();  // who owns what was in the way says less
    error.cause = util::Cause::kForeignStore;
    error.subject = layout_.store();
    return util::fail(std::move(error));
  }
  if (root_.holds_our_trees(published)) return {};
  // What was moved aside is in nobody's way, so the pass can go on.
  if (const auto cleared = root_.clear(); !cleared) {
    log_.error("cannot remove all of what is not ours", cleared.error());
  }
  return {};
}

bool GitRoot::may_know(const std::string& tree) const {
  return util::is_real_directory(layout_.store() + "/worktrees/" +
                                 std::string(util::base_name(tree))) &&
         is_owned(tree, ours_);
}

Result<void> GitRoot::make_anew(RepositoryCare& care, const util::Limit& limit) {
  checked_ = false;
  GS_TRY_VOID(care.init(limit));
  store_ = identity_of(layout_.store());
  // Others may have been faster.
  if (find_stranger_in_store()) {
    return util::fail(util::ErrorKind::kMoved,
                      "the repository in " + layout_.root + " was replaced while it was made");
  }
  GS_TRY(const bool usable, care.is_usable(limit));
  checked_ = usable;
  if (usable) return {};
  return util::fail(util::ErrorKind::kLocal, util::Cause::kStoreNotUsable,
                    "root " + layout_.root + " is not usable even after a fresh git init");
}

// Clearing the root would delete the repository that is to be synced, and using it would change it.
Result<void> GitRoot::refuse_source() const {
  if (layout_.root == "/") {
    return util::fail(util::ErrorKind::kLocal, "--root must not be the root of the file system");
  }
  for (const auto& path : cli::local_repository_paths(options_.repo_url, layout_.root)) {
    const auto real = util::real_path(path);
    if (!real || !util::is_within(layout_.root, *real)) continue;
    return util::fail(util::ErrorKind::kLocal, util::Cause::kRootHoldsSource,
                      "--root " + layout_.root + " holds the repository to sync, " + *real);
  }
  return {};
}

}  // namespace gitsync::source
