// SPDX-License-Identifier: Apache-2.0
#include "cli/repository.h"

#include <sys/stat.h>

#include <set>

#include "util/files.h"
#include "util/folder.h"
#include "util/paths.h"
#include "util/remove_tree.h"
#include "util/text.h"

namespace gitsync::cli {

using util::Result;

namespace {

bool has_entries(const std::string& directory) {
  const auto folder = util::Folder::open(directory);
  bool any = false;
  return folder && folder->for_each_entry([&](std::string_view /*name*/) {
    any = true;
    return util::Walk::kStop;
  }) && any;
}

}  // namespace

Repository::Repository(std::string root, const Git& git, log::Logger logger)
    : root_(std::move(root)), git_(git), log_(std::move(logger)) {}

// git does not use the commit graph of a shallow repository, and so leaves an older one as it is;
// but fsck misses in it the commits that are cut off now.
Result<void> Repository::drop_outdated_graph() const {
  GS_TRY(const auto root, util::Folder::open(root_));
  if (!root.exists(".git/shallow")) return {};
  GS_TRY_VOID(util::remove_tree(root, ".git/objects/info/commit-graph"));
  return util::remove_tree(root, ".git/objects/info/commit-graphs");
}

Result<bool> Repository::passes_fsck(const std::string& directory, const util::Limit& limit) const {
  GS_TRY_VOID(drop_outdated_graph());
  GS_TRY(const auto fsck,
         git_.ask({"fsck", "--no-progress", "--connectivity-only"}, directory, limit));
  if (!fsck.ok()) {
    log_.error("repository check failed",
               util::Error{util::ErrorKind::kCorrupt, std::string(util::trim(fsck.err))},
               {{"path", directory}});
  }
  return fsck.ok();
}

Result<bool> Repository::is_usable(const util::Limit& limit) const {
  log_.info(3, "sanity-checking git repo", {{"repo", root_}});
  // A .git that is a file or a symlink leads to a repository elsewhere, which is not ours to prune.
  if (!util::is_real_directory(root_ + "/.git")) {
    log_.error("root has no .git directory", {{"root", root_}});
    return false;
  }
  GS_TRY(auto top, git_.ask({"rev-parse", "--show-toplevel"}, root_, limit));
  if (top.out.ends_with('\n')) top.out.pop_back();
  if (!top.ok() || top.out != root_) {
    log_.error("root is not the top of a git repository",
               util::Error{util::ErrorKind::kCorrupt, top.ok() ? "it lies inside " + top.out
                                                               : std::string(util::trim(top.err))},
               {{"root", root_}});
    return false;
  }
  return passes_fsck(root_, limit);
}

bool Repository::leads_here(const std::string& git_file) const {
  constexpr std::string_view kPrefix = "gitdir: ";
  const std::string text = util::read_file(git_file).value_or("");
  if (!text.starts_with(kPrefix)) return false;
  const auto target = util::trim(std::string_view(text).substr(kPrefix.size()));
  return util::is_within(root_ + "/.git/worktrees",
                         util::absolute_path(util::dir_name(git_file), target));
}

Result<bool> Repository::has_checked_out(const std::string& directory, const git::Oid& commit,
                                         const util::Limit& limit) const {
  log_.info(3, "sanity-checking worktree", {{"path", directory}});
  if (!has_entries(directory)) {
    log_.error("worktree is missing or empty", {{"path", directory}});
    return false;
  }
  // Without its .git file git would answer for the repository above, which has the same HEAD; and
  // what another file names is not ours.
  struct stat info{};
  if (::lstat((directory + "/.git").c_str(), &info) != 0 || !S_ISREG(info.st_mode)) {
    log_.error("worktree has no .git file", {{"path", directory}});
    return false;
  }
  if (!leads_here(directory + "/.git")) {
    log_.error("worktree is of another repository", {{"path", directory}});
    return false;
  }
  GS_TRY(const auto head, git_.ask({"rev-parse", "HEAD"}, directory, limit));
  if (!head.ok() || util::trim(head.out) != commit.hex()) {
    log_.error("worktree is at another commit",
               util::Error{util::ErrorKind::kCorrupt,
                           std::string(util::trim(head.ok() ? head.out : head.err))},
               {{"path", directory}, {"expected", commit.hex()}});
    return false;
  }
  return passes_fsck(directory, limit);
}

Result<void> Repository::init(const util::Limit& limit) const {
  log_.info(0, "initializing repo directory", {{"path", root_}});
  GS_TRY([[maybe_unused]] const auto out, git_.run({"init", "-b", "git-sync"}, root_, limit));
  return {};
}

Result<void> Repository::set_origin(const std::string& url, const util::Limit& limit) const {
  // Not `remote get-url`, which shows what url.*.insteadOf makes of it.
  GS_TRY(const auto now,
         git_.ask({"config", "--local", "--get", "remote.origin.url"}, root_, limit));
  if (now.ok() && now.out == url + "\n") return {};
  // By exit status, never by a message, which may be localised.
  const std::string verb = now.ok() ? "set-url" : "add";
  GS_TRY([[maybe_unused]] const auto out,
         git_.run({"remote", verb, "--end-of-options", "origin", url}, root_, limit));
  return {};
}

Result<void> Repository::move_branch(const git::Oid& commit, const util::Limit& limit) const {
  // The trailing -- matters: a file in root may be named like the hash.
  GS_TRY([[maybe_unused]] const auto out,
         git_.run({"reset", "--soft", commit.hex(), "--"}, root_, limit));
  return {};
}

Result<void> Repository::forget_branch(const util::Limit& limit) const {
  GS_TRY([[maybe_unused]] const auto out,
         git_.run({"update-ref", "-d", "refs/heads/git-sync"}, root_, limit));
  return {};
}

Result<void> Repository::forget_submodules(const util::Limit& limit) const {
  GS_TRY(const auto keys,
         git_.ask({"config", "--local", "--name-only", "-z", "--get-regexp", R"(^submodule\..*\.)"},
                  root_, limit, {.output_limit = std::size_t{16} << 20}));
  std::set<std::string> sections;
  for (const auto& key : util::split(keys.out, '\0')) {
    if (!key.empty()) sections.insert(key.substr(0, key.rfind('.')));
  }
  for (const auto& section : sections) {
    GS_TRY([[maybe_unused]] const auto out,
           git_.run({"config", "--local", "--remove-section", section}, root_, limit));
  }
  return {};
}

Result<void> Repository::prune_worktrees(const util::Limit& limit) const {
  GS_TRY([[maybe_unused]] const auto out,
         git_.run({"worktree", "prune", "--verbose"}, root_, limit));
  return {};
}

Result<void> Repository::collect_garbage(Gc mode, const util::Limit& limit) const {
  GS_TRY_VOID(prune_worktrees(limit));
  GS_TRY([[maybe_unused]] const auto expired,
         git_.run({"reflog", "expire", "--expire-unreachable=all", "--all"}, root_, limit));
  std::vector<std::string> gc{"gc"};
  switch (mode) {
    case Gc::kOff:
      return {};
    case Gc::kAuto:
      gc.emplace_back("--auto");
      break;
    case Gc::kAggressive:
      gc.emplace_back("--aggressive");
      break;
    case Gc::kAlways:
      break;
  }
  GS_TRY([[maybe_unused]] const auto out, git_.run(gc, root_, limit));
  return {};
}

}  // namespace gitsync::cli
