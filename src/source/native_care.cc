// SPDX-License-Identifier: Apache-2.0
#include "source/native_care.h"

#include <algorithm>
#include <utility>

#include "cli/private_config.h"
#include "git/config_file.h"
#include "git/loose_object.h"
#include "git/object_store.h"
#include "git/oid.h"
#include "git/ref_store.h"
#include "source/git_contents.h"
#include "source/store_note.h"
#include "util/files.h"
#include "util/folder.h"

namespace gitsync::source {

using util::Result;

namespace {

const std::string kStore = tree::Layout::kStoreName;
constexpr std::string_view kSound = "packs";  // the note

constexpr std::string_view kHead = "ref: refs/heads/git-sync\n";
// As `git init` writes it on a file system that keeps modes, names and symlinks.
constexpr std::string_view kConfig =
    "[core]\n"
    "\trepositoryformatversion = 0\n"
    "\tfilemode = true\n"
    "\tbare = false\n"
    "\tlogallrefupdates = true\n";

// A tree is looked at whole, here and at each build.
constexpr std::size_t kLargestTree = std::size_t{16} << 20;

// As only somebody else would set it; git itself says what follows.
bool is_bare(const std::vector<git::ConfigEntry>& entries) {
  return std::ranges::any_of(entries, [](const git::ConfigEntry& entry) {
    return entry.key == "core.worktree" || (entry.key == "core.bare" && entry.value != "false");
  });
}

bool is_ref(std::string_view text) {
  return text.ends_with('\n') && git::Oid::parse(text.substr(0, text.size() - 1)).has_value();
}

}  // namespace

NativeCare::NativeCare(tree::Layout layout, RepositoryCare& git, std::string init_for_git,
                       Delegation& delegation, log::Logger logger)
    : layout_(std::move(layout)),
      git_(git),
      init_for_git_(std::move(init_for_git)),
      delegation_(delegation),
      log_(std::move(logger)) {}

Result<bool> NativeCare::is_usable(const util::Limit& limit) {
  GS_TRY(const auto doubt, find_doubt());
  if (doubt.empty()) {
    delegation_.did_natively("open");
    return true;
  }
  log_.info(1, "git checks the repository", {{"reason", doubt}});
  delegation_.always_to_git("open");
  GS_TRY(const bool usable, git_.is_usable(limit));
  if (!usable) return false;
  doubted_ = false;
  GS_TRY(auto* const marker, this->marker());
  marker->forget_the_dead();
  accept_packs();
  return true;
}

void NativeCare::watch(util::Watched& watched) const {
  watched.add(layout_.store() + "/refs/heads");
  watched.add(layout_.store() + "/refs/heads/git-sync");
  if (!packs_) return;
  for (const auto& name : packs_->names()) watched.add(layout_.store() + "/objects/" + name);
}

bool NativeCare::is_as_left() {
  const bool as_left = !doubted_ && packs_ && marker_ && marker_->is_current();
  if (as_left) delegation_.did_natively("open");
  return as_left;
}

Result<std::string> NativeCare::find_doubt() {
  config_.reset();
  if (!util::is_real_directory(layout_.store())) return "there is none";
  GS_TRY(const auto root, util::Folder::open(layout_.root));
  auto config = read_config();
  if (!config) return "its configuration cannot be read";
  const bool bare = is_bare(*config);
  config_ = std::move(*config);
  if (bare) return "it is bare, or has its files elsewhere";
  const auto head = root.read_file(kStore + "/HEAD");
  if (!head || *head != kHead) return "its HEAD is not git-sync's branch";
  for (const std::string name : {"/objects", "/refs"}) {
    if (!root.is_directory(kStore + name)) return "it has no " + name.substr(1);
  }
  const auto branch = root.read_file(kStore + "/refs/heads/git-sync");
  const bool broken = branch ? !is_ref(*branch) : branch.error().kind != util::ErrorKind::kNotFound;
  if (broken) return "its branch cannot be read";
  GS_TRY(const auto* const marker, this->marker());
  if (marker->found_dead()) return "the last process on it did not end in order";
  if (std::exchange(doubted_, false)) return "something in it failed";
  return doubt_about_packs();
}

Result<std::string> NativeCare::doubt_about_packs() {
  GS_TRY(const auto root, util::Folder::open(layout_.root));
  if (!packs_) {
    const auto known = read_note(layout_, kSound);
    if (!known) return "nothing is known of its packs";
    packs_ = PackList::parse(*known);
  }
  auto now = PackList::read(root, packs_->loose());
  if (!now) return "its packs cannot be listed";
  if (now->contradicts(*packs_)) return "a pack was changed";
  if (*now == *packs_) return "";
  // Somebody's gc may have packed anew, which is no reason for doubt.
  const auto tip = read_tip();
  if (!tip) return "its tip cannot be read";
  accept_packs(*tip);
  return "";
}

Result<std::vector<git::ObjectId>> NativeCare::read_tip() const {
  GS_TRY(const auto refs, git::RefStore::open(layout_.store()));
  GS_TRY(const auto tip, refs.resolve("refs/heads/git-sync"));
  if (!tip) return std::vector<git::ObjectId>{};
  GS_TRY(auto store, git::ObjectStore::open(layout_.store() + "/objects"));
  GS_TRY(const auto top, GitContents::tree_of(store, *tip));
  GS_TRY([[maybe_unused]] const auto bytes, store.read(top, git::ObjectType::kTree, kLargestTree));
  return std::vector{*tip, top};
}

void NativeCare::remember(PackList packs) {
  const auto written = write_note(layout_, kSound, packs.text());
  if (!written) log_.error("cannot note which packs are sound", written.error());
  packs_ = std::move(packs);
}

void NativeCare::accept_packs() { accept_packs(read_tip().value_or(std::vector<git::ObjectId>{})); }

void NativeCare::accept_packs(const std::vector<git::ObjectId>& tip) {
  const auto root = util::Folder::open(layout_.root);
  if (!root) return;
  std::vector<std::string> loose;
  loose.reserve(tip.size());
  for (const auto& id : tip) loose.push_back(git::loose_path(id));
  if (auto now = PackList::read(*root, loose); now && packs_ != *now) remember(std::move(*now));
}

Result<tree::RunMarker*> NativeCare::marker() {
  if (marker_ && marker_->is_current()) return &*marker_;
  marker_.reset();
  GS_TRY(auto marker, tree::RunMarker::leave(layout_));
  return &marker_.emplace(std::move(marker));
}

Result<void> NativeCare::init(const util::Limit& limit) {
  if (!init_for_git_.empty()) {
    GS_TRY_VOID(delegation_.to_git(
        "open", {.message = init_for_git_, .cause = util::Cause::kNotUnderstood}));
    return git_.init(limit);
  }
  log_.info(0, "initializing repo directory", {{"path", layout_.root}});
  GS_TRY_VOID(make_store());
  GS_TRY(const auto root, util::Folder::open(layout_.root));
  // Only git knows what is to be written on a file system that does not tell names apart.
  if (root.exists(kStore + "/CONFIG")) {
    delegation_.always_to_git("open");
    return git_.init(limit);
  }
  GS_TRY(auto* const marker, this->marker());
  marker->forget_the_dead();
  packs_.reset();
  accept_packs();
  fresh_ = true;
  return {};
}

Result<void> NativeCare::make_store() const {
  GS_TRY(const auto root, util::Folder::open(layout_.root));
  for (const std::string name :
       {"/objects/pack", "/objects/info", "/refs/heads", "/refs/tags", "/info"}) {
    GS_TRY([[maybe_unused]] const auto folder, root.make_directories(kStore + name));
  }
  GS_TRY_VOID(root.write_file_atomic(kStore + "/config", "config.new.", kConfig, 0644));
  // Last: without it git takes the folder for none of its own.
  return root.write_file_atomic(kStore + "/HEAD", "HEAD.new.", kHead, 0644,
                                util::Durability::kSynced);
}

Result<std::vector<git::ConfigEntry>> NativeCare::read_config() const {
  GS_TRY(const auto root, util::Folder::open(layout_.root));
  GS_TRY(const auto text, root.read_file(kStore + "/config"));
  return git::parse_config_file(text);
}

std::optional<std::string> NativeCare::origin() const {
  std::optional<std::string> url;
  for (const auto& entry : config_.value_or(std::vector<git::ConfigEntry>{})) {
    if (entry.key == "remote.origin.url") url = entry.value;
  }
  return url;
}

Result<void> NativeCare::set_origin(const std::string& url, const util::Limit& limit) {
  if (origin() == url) return {};
  if (std::exchange(fresh_, false)) return add_origin(url);
  return git_.set_origin(url, limit);
}

// As `git remote add` writes it. Nobody else writes a file that was only just made.
Result<void> NativeCare::add_origin(const std::string& url) const {
  GS_TRY(const auto root, util::Folder::open(layout_.root));
  GS_TRY(auto text, root.read_file(kStore + "/config"));
  text += "[remote \"origin\"]\n\turl = " + cli::config_quote(url) +
          "\n\tfetch = +refs/heads/*:refs/remotes/origin/*\n";
  return root.write_file_atomic(kStore + "/config", "config.new.", text, 0644,
                                util::Durability::kSynced);
}

}  // namespace gitsync::source
