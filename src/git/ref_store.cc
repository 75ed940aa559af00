// SPDX-License-Identifier: Apache-2.0
#include "git/ref_store.h"

#include <algorithm>
#include <utility>

#include "git/corrupt.h"
#include "git/lock_file.h"
#include "git/not_understood.h"
#include "git/packed_refs.h"
#include "git/ref_name.h"
#include "util/paths.h"
#include "util/text.h"

namespace gitsync::git {

using util::EntryKind;
using util::Result;

namespace {

constexpr std::string_view kRefs = "refs/";
constexpr std::string_view kSymbolic = "ref: ";
constexpr std::size_t kDigits = 2 * ObjectId::kSize;
constexpr std::size_t kMaxRef = std::size_t{8} * 1024;
constexpr std::size_t kMaxShallow = std::size_t{64} << 20;
constexpr int kMaxNames = 5;

// HEAD and the like stand beside "refs", and have no slash.
bool is_pseudo_ref(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
  });
}

bool is_full_name(std::string_view name) {
  return is_pseudo_ref(name) || (name.starts_with(kRefs) && is_ref_name(name));
}

std::unexpected<util::Error> no_name(std::string_view name) {
  return util::fail(util::ErrorKind::kInvalid, std::string(name) + " is no name of a ref");
}

// gitrepository-layout(5): what of refs/ each worktree has for itself.
bool is_per_worktree(std::string_view name) {
  return !name.starts_with(kRefs) || name.starts_with("refs/bisect/") ||
         name.starts_with("refs/worktree/") || name.starts_with("refs/rewritten/");
}

// What git itself writes. It reads more, blanks and upper-case digits for example.
Result<Ref> parse_ref(std::string_view text, const std::string& shown) {
  const auto line = text.substr(0, text.ends_with('\n') ? text.size() - 1 : text.size());
  if (const auto id = ObjectId::from_hex(line); id && !id->is_null()) {
    return Ref{.id = id, .peeled = std::nullopt, .target = {}};
  }
  if (line.starts_with(kSymbolic)) {
    const auto target = line.substr(kSymbolic.size());
    if (is_full_name(target)) return Ref{.id = {}, .peeled = {}, .target = std::string(target)};
  }
  if (line.starts_with("ref:") ||
      (line.size() >= kDigits && util::is_hex(line.substr(0, kDigits)))) {
    return not_understood(shown + " is written in an odd way");
  }
  return corrupt(shown + " has no id");
}

bool has_entries(const util::Folder& folder, std::string_view path) {
  const auto names = folder.list(path);
  return names && !names->empty();
}

}  // namespace

Result<RefStore> RefStore::open(const std::string& git_dir) {
  GS_TRY(auto own, util::Folder::open(git_dir));
  std::string common = git_dir;
  if (own.exists("commondir")) {
    GS_TRY(const auto text, own.read_file("commondir", kMaxRef));
    const auto path = util::trim(text);
    common = path.starts_with('/') ? std::string(path) : git_dir + "/" + std::string(path);
  }
  GS_TRY(auto folder, util::Folder::open(common));
  if (folder.exists("reftable")) return not_understood("refs are kept in a reftable");
  return RefStore(std::move(own), std::move(folder));
}

const util::Folder& RefStore::folder_of(std::string_view name) const {
  return is_per_worktree(name) ? own_ : common_;
}

// Nothing if there is no file, which is the same as a folder of this name.
Result<std::optional<Ref>> RefStore::read_loose(std::string_view name) const {
  const util::Folder& folder = folder_of(name);
  GS_TRY(const auto info, folder.info(name));
  if (info.kind == EntryKind::kNothing || info.kind == EntryKind::kDirectory) return std::nullopt;
  if (info.kind == EntryKind::kSymlink) {
    return not_understood(folder.path_of(name) + " is a symlink");
  }
  const auto text = folder.read_file(name, kMaxRef);
  // It may have been packed since.
  if (!text && text.error().kind == util::ErrorKind::kNotFound) return std::nullopt;
  if (!text) return util::fail(text.error());
  GS_TRY(auto ref, parse_ref(*text, folder.path_of(name)));
  return ref;
}

Result<Ref> RefStore::read_packed(std::string_view name) const {
  Ref ref;
  GS_TRY_VOID(for_each_packed_ref(common_, [&](const PackedRef& packed) {
    if (packed.name != name) return util::Walk::kGoOn;
    ref.id = packed.id;
    ref.peeled = packed.peeled;
    return util::Walk::kStop;
  }));
  return ref;
}

Result<Ref> RefStore::read(std::string_view name) const {
  if (!is_full_name(name)) return no_name(name);
  // In this order: git-pack-refs(1) writes the packed ones before it removes the others.
  GS_TRY(auto loose, read_loose(name));
  if (loose) return std::move(*loose);
  if (is_per_worktree(name)) return Ref{};
  return read_packed(name);
}

Result<std::optional<ObjectId>> RefStore::resolve(std::string_view name) const {
  std::string next(name);
  for (int i = 0; i < kMaxNames; ++i) {
    GS_TRY(const auto ref, read(next));
    if (ref.target.empty()) return ref.id;
    next = ref.target;
  }
  return not_understood(std::string(name) + " leads through too many refs");
}

// git removes empty folders that have the name of a ref, and refuses refs below refs.
Result<void> RefStore::check_room(std::string_view name) const {
  if (common_.is_directory(name)) return not_understood(std::string(name) + " is a folder");
  bool taken = false;
  const std::string below = std::string(name) + "/";
  GS_TRY_VOID(for_each_packed_ref(common_, [&](const PackedRef& packed) {
    taken = packed.name.starts_with(below) || name.starts_with(packed.name + "/");
    return taken ? util::Walk::kStop : util::Walk::kGoOn;
  }));
  if (taken) return not_understood("a packed ref is in the way of " + std::string(name));
  return {};
}

Result<void> RefStore::write(std::string_view name, const ObjectId& id) const {
  if (!name.starts_with(kRefs) || is_per_worktree(name)) return no_name(name);
  GS_TRY(const auto now, read(name));
  if (now.id == id) return {};
  if (!now.target.empty()) return not_understood(std::string(name) + " is symbolic");
  if (common_.exists("hooks/reference-transaction")) {
    return not_understood("a hook wants to know of changed refs");
  }
  GS_TRY_VOID(check_room(name));
  GS_TRY(const auto folder, common_.make_directories(util::dir_name(name), 0777));
  GS_TRY(auto lock, LockFile::take(folder, util::base_name(name), Patience::kShort));
  return lock.commit(id.hex() + "\n");
}

Result<bool> RefStore::has_substitutes() const {
  if (common_.exists("info/grafts") || has_entries(common_, "refs/replace")) return true;
  bool found = false;
  GS_TRY_VOID(for_each_packed_ref(common_, [&](const PackedRef& packed) {
    found = packed.name.starts_with("refs/replace/");
    return found ? util::Walk::kStop : util::Walk::kGoOn;
  }));
  return found;
}

Result<std::vector<ObjectId>> RefStore::shallow() const {
  std::vector<ObjectId> commits;
  const auto text = common_.read_file("shallow", kMaxShallow);
  if (!text && text.error().kind == util::ErrorKind::kNotFound) return commits;
  if (!text) return util::fail(text.error());
  for (std::string_view rest = *text; !rest.empty();) {
    const auto end = std::min(rest.find('\n'), rest.size());
    const auto id = ObjectId::from_hex(rest.substr(0, end));
    if (!id) return corrupt(common_.path_of("shallow") + " has a bad line");
    commits.push_back(*id);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
  std::ranges::sort(commits);
  return commits;
}

}  // namespace gitsync::git
