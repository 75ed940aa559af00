// SPDX-License-Identifier: Apache-2.0
#include "source/git_checkout.h"

#include "cli/diagnosis.h"
#include "util/files.h"
#include "util/folder.h"
#include "util/text.h"

namespace gitsync::source {

using util::Result;

namespace {

// What the .git file of a tree holds: relative, so that it works wherever the volume is mounted.
std::string pointer_to(const git::Oid& commit) {
  return "gitdir: ../../.git/worktrees/" + commit.hex() + "\n";
}

}  // namespace

GitCheckout::GitCheckout(tree::Layout layout, GitCheckoutOptions options, const cli::Git& git,
                         const cli::Repository& repository, log::Logger logger)
    : layout_(std::move(layout)),
      options_(std::move(options)),
      git_(git),
      repository_(repository),
      log_(std::move(logger)),
      rubbish_(layout_, log_) {}

Result<void> GitCheckout::check_settings() const {
  if (!options_.sparse_checkout_file.empty()) {
    if (auto patterns = util::read_file(options_.sparse_checkout_file); !patterns) {
      auto error = std::move(patterns).error();
      error.cause = util::Cause::kSparseFile;
      error.subject = options_.sparse_checkout_file;
      return util::fail(std::move(error));
    }
  }
  return {};
}

Result<bool> GitCheckout::is_whole(const git::Oid& commit, const util::Limit& limit) const {
  const std::string tree = path_of(commit);
  const bool submodules = options_.submodules == Submodules::kOff
                              ? util::exists(metadata_of(commit) + "/modules")
                              : util::exists(tree + "/.gitmodules");
  if (submodules) return false;
  // Whatever else has the place is not of our making.
  if (!util::is_real_directory(tree)) return false;
  if (util::read_file(tree + "/.git").value_or("") != pointer_to(commit)) return false;
  GS_TRY(const auto status,
         git_.ask({"status", "--porcelain", "--ignored", "--untracked-files=all"}, tree, limit));
  if (!status.ok() || !status.out.empty()) return false;
  // What an earlier run left out by its patterns does not show in the status.
  if (options_.sparse_checkout_file.empty()) {
    GS_TRY(const auto sparse,
           git_.ask({"config", "--type=bool", "--get", "core.sparseCheckout"}, tree, limit));
    if (util::trim(sparse.out) == "true") return false;
  }
  return repository_.has_checked_out(tree, commit, limit);
}

Result<void> GitCheckout::prepare(const git::Oid& commit, Build build,
                                  const util::Limit& limit) const {
  GS_TRY_VOID(repository_.move_branch(commit, limit));
  if (build == Build::kFresh) {
    GS_TRY_VOID(add_worktree(commit, limit));
    if (options_.submodules != Submodules::kOff) GS_TRY_VOID(repository_.forget_submodules(limit));
  }
  return configure(commit, limit);
}

Result<void> GitCheckout::add_worktree(const git::Oid& commit, const util::Limit& limit) const {
  const std::string tree = path_of(commit);
  GS_TRY([[maybe_unused]] const bool tree_gone,
         rubbish_.discard(tree::Layout::tree_name({commit.hex()}), limit));
  GS_TRY_VOID(repository_.prune_worktrees(limit));
  // What prune left of an earlier checkout of this commit has the name that ours must have.
  GS_TRY([[maybe_unused]] const bool metadata_gone, rubbish_.discard(metadata_name(commit), limit));
  log_.info(1, "adding worktree", {{"path", tree}, {"hash", commit.hex()}});
  GS_TRY([[maybe_unused]] const auto out,
         git_.run({"worktree", "add", "--force", "--detach", tree, commit.hex(), "--no-checkout"},
                  layout_.root, limit));
  return {};
}

Result<void> GitCheckout::configure(const git::Oid& commit, const util::Limit& limit) const {
  const std::string tree = path_of(commit);
  log_.info(1, "configuring worktree", {{"path", tree}});
  const std::string pointer = pointer_to(commit);
  GS_TRY(const auto root, util::Folder::open(layout_.root));
  GS_TRY(const auto folder, root.open_beneath(tree::Layout::tree_name({commit.hex()})));
  const auto current = folder.read_file(".git");
  if (!current || *current != pointer) {
    GS_TRY_VOID(folder.write_file_atomic(".git", ".git.new.", pointer, 0644));
  }
  GS_TRY_VOID(configure_sparse(commit, limit));
  log_.info(1, "resetting worktree", {{"path", tree}, {"hash", commit.hex()}});
  GS_TRY([[maybe_unused]] const auto out,
         git_.run({"reset", "--hard", commit.hex(), "--"}, tree, limit));
  return update_submodules(commit, limit);
}

Result<void> GitCheckout::configure_sparse(const git::Oid& commit, const util::Limit& limit) const {
  GS_TRY(const auto root, util::Folder::open(layout_.root));
  const std::string directory = metadata_name(commit) + "/info";
  if (options_.sparse_checkout_file.empty()) {
    if (!root.is_directory(directory)) return {};
    return root.remove_file(directory + "/sparse-checkout");
  }
  GS_TRY(const auto patterns, util::read_file(options_.sparse_checkout_file));
  GS_TRY(const auto info, root.make_directories(directory));
  GS_TRY_VOID(info.write_file_atomic("sparse-checkout", "sparse-checkout.new.", patterns, 0644));
  GS_TRY([[maybe_unused]] const auto out,
         git_.run({"sparse-checkout", "init"}, path_of(commit), limit));
  return {};
}

Result<void> GitCheckout::update_submodules(const git::Oid& commit,
                                            const util::Limit& limit) const {
  if (options_.submodules == Submodules::kOff) return {};
  log_.info(1, "updating submodules", {{"path", path_of(commit)}});
  std::vector<std::string> args{"submodule", "update", "--init"};
  if (options_.submodules == Submodules::kRecursive) args.emplace_back("--recursive");
  if (options_.depth != 0) {
    args.insert(args.end(), {"--depth", std::to_string(options_.depth)});
  }
  auto updated = git_.run(args, path_of(commit), limit);
  if (!updated) return util::fail(cli::blame_submodule(std::move(updated).error()));
  return {};
}

}  // namespace gitsync::source
