// SPDX-License-Identifier: Apache-2.0
#include "archive/member_rules.h"

#include <algorithm>
#include <array>

#include "util/quote.h"
#include "util/text.h"

namespace gitsync::archive {
namespace {

using util::ErrorKind;
using util::Result;

constexpr std::size_t kMostNameBytes = 255;  // NAME_MAX
constexpr std::size_t kMostShown = 200;
// Year 1 to 9999: what other clocks can show, and no sum with it overflows.
constexpr std::int64_t kFirstTime = -62'135'596'800;
constexpr std::int64_t kLastTime = 253'402'300'799;

std::string shown(std::string_view path) {
  return path.size() <= kMostShown ? util::quoted(path)
                                   : util::quoted(path.substr(0, kMostShown)) + "…";
}

std::unexpected<util::Error> refused(std::string_view path, std::string_view why) {
  return util::fail(ErrorKind::kProtocol, util::Cause::kArchiveHostile,
                    "the archive's member " + shown(path) + " is refused: " + std::string(why));
}

// Why a path may not have this component; empty: it may.
std::string_view fault_of(std::string_view name) {
  if (name == "..") return "\"..\" would leave the tree";
  if (name.size() > kMostNameBytes) return "a name in it is longer than 255 bytes";
  if (util::to_lower(name) == ".git") return "\".git\" is git's own folder";
  return {};
}

// Takes the first component off `path`.
std::string_view take_component(std::string_view& path) {
  const auto end = std::min(path.find('/'), path.size());
  const auto name = path.substr(0, end);
  path.remove_prefix(std::min(end + 1, path.size()));
  return name;
}

std::string_view name_of_kind(RawMember::Kind kind) {
  using enum RawMember::Kind;
  switch (kind) {
    case kDevice:
      return "it is a device";
    case kPipe:
      return "it is a named pipe";
    case kSocket:
      return "it is a socket";
    default:
      return "it is of a kind that is not known";
  }
}

}  // namespace

Result<std::optional<Member>> MemberRules::admit(const RawMember& raw) {
  GS_TRY(auto path, clean(raw.path));
  if (++members_ > limits_.max_members) {
    return util::fail(
        ErrorKind::kProtocol, util::Cause::kTooManyFiles,
        "the archive has more than " + std::to_string(limits_.max_members) + " members");
  }
  if (path.empty()) {
    if (raw.kind == RawMember::Kind::kFolder) return std::nullopt;
    return refused(raw.path, "its name is empty");
  }
  if (raw.size < 0) return refused(path, "its size is negative");
  const auto time = std::clamp(raw.mtime, kFirstTime, kLastTime);
  Member member{.path = std::move(path),
                .mtime = std::chrono::sys_seconds(std::chrono::seconds(time))};
  GS_TRY_VOID(resolve(raw, member));
  GS_TRY_VOID(count_names(member));
  const auto* const same = member.kind == Kind::kHardLink ? find(member.target) : nullptr;
  const auto size = same != nullptr ? same->size : member.size;
  GS_TRY_VOID(count(size, member.path));
  GS_TRY_VOID(enter(member, size));
  return member;
}

// Without "./", "//" and a '/' at the end.
Result<std::string> MemberRules::clean(std::string_view path) const {
  if (path.starts_with('/')) return refused(path, "its path is absolute");
  if (path.contains('\0')) return refused(path, "its name has a NUL in it");
  if (path.size() > limits_.max_path) {
    return refused(path, "its path is longer than " + std::to_string(limits_.max_path) + " bytes");
  }
  if (path.empty()) return refused(path, "its name is empty");
  std::string cleaned;
  for (auto left = path; !left.empty();) {
    const auto name = take_component(left);
    if (name.empty() || name == ".") continue;
    if (const auto fault = fault_of(name); !fault.empty()) return refused(path, fault);
    if (!cleaned.empty()) cleaned += '/';
    cleaned += name;
  }
  return cleaned;
}

Result<void> MemberRules::resolve(const RawMember& raw, Member& member) const {
  using enum RawMember::Kind;
  switch (raw.kind) {
    case kFile:
      member.kind = raw.executable ? Kind::kExecutable : Kind::kRegular;
      member.size = static_cast<std::uint64_t>(raw.size);
      return {};
    case kFolder:
      member.kind = Kind::kFolder;
      return {};
    case kSymlink:
      member.kind = Kind::kSymlink;
      member.target = raw.target;
      if (raw.target.empty()) return refused(member.path, "it is a symlink to nothing");
      if (raw.target.size() <= limits_.max_path && !raw.target.contains('\0')) return {};
      return refused(member.path, "the target of the symlink is too long, or has a NUL in it");
    case kHardLink:
      break;
    default:
      return refused(member.path, name_of_kind(raw.kind));
  }
  const auto target = clean(raw.target);
  if (!target) {
    return refused(member.path,
                   "it is a hard link to " + shown(raw.target) + ", which can be no member");
  }
  const auto* const node = find(*target);
  const bool is_other = *target != member.path;
  if (node == nullptr || node->what == Class::kFolder || !is_other) {
    std::string_view why = ", which has not come before";
    if (node != nullptr) why = is_other ? ", which is a folder" : ", itself";
    return refused(member.path, "it is a hard link to " + shown(*target) + std::string(why));
  }
  const bool is_symlink = node->what == Class::kSymlink;
  member.kind = is_symlink ? Kind::kSymlink : Kind::kHardLink;
  member.target = is_symlink ? node->target : *target;
  return {};
}

Result<void> MemberRules::count(std::uint64_t size, const std::string& path) {
  if (size <= limits_.max_bytes - bytes_) {
    bytes_ += size;
    return {};
  }
  const auto setting = limits_.setting.empty() ? "" : " (" + limits_.setting + ")";
  return util::fail(ErrorKind::kProtocol, util::Cause::kTreeTooLarge,
                    "the archive holds more than " + show_bytes(limits_.max_bytes) + setting +
                        ": refused at " + shown(path) + " of " + show_bytes(size) + ", after " +
                        show_bytes(bytes_));
}

Result<void> MemberRules::count_names(const Member& member) {
  names_ += member.path.size() + member.target.size();
  if (names_ <= limits_.max_names) return {};
  return util::fail(ErrorKind::kProtocol, util::Cause::kTooManyFiles,
                    "the archive has more than " + show_bytes(limits_.max_names) +
                        " of names and targets: refused at " + shown(member.path));
}

Result<void> MemberRules::enter(const Member& member, std::uint64_t size) {
  std::uint64_t parent = 0;
  std::string_view left = member.path;
  auto name = take_component(left);
  while (!left.empty()) {
    const auto above =
        std::string_view(member.path).substr(0, member.path.size() - left.size() - 1);
    GS_TRY(auto* const node, add({parent, std::string(name)}, Class::kFolder, member.path));
    if (node->what != Class::kFolder) {
      return refused(member.path,
                     shown(above) + (node->what == Class::kSymlink
                                         ? " is a symlink, and it would be written through it"
                                         : " is a file"));
    }
    parent = node->id;
    name = take_component(left);
  }
  auto what = member.kind == Kind::kFolder ? Class::kFolder : Class::kFile;
  if (member.kind == Kind::kSymlink) what = Class::kSymlink;
  GS_TRY(auto* const node, add({parent, std::string(name)}, what, member.path));
  if (node->what != what) {
    constexpr std::array<std::string_view, 3> kNames{"a file", "a symlink", "a folder"};
    return refused(member.path, "it has come before, as " +
                                    std::string(kNames.at(static_cast<std::size_t>(node->what))));
  }
  node->size = size;
  if (what == Class::kSymlink) node->target = member.target;
  return {};
}

// What stands at `place`: made as `what` unless something is there.
Result<MemberRules::Node*> MemberRules::add(const Place& place, Class what,
                                            const std::string& path) {
  const auto id = nodes_.size() + 1;
  const auto [found, is_new] = nodes_.try_emplace(place, Node{.id = id, .what = what});
  if (!is_new || nodes_.size() <= limits_.max_members) return &found->second;
  return util::fail(ErrorKind::kProtocol, util::Cause::kTooManyFiles,
                    "the archive has more than " + std::to_string(limits_.max_members) +
                        " members, with the folders above them: refused at " + shown(path));
}

const MemberRules::Node* MemberRules::find(std::string_view path) const {
  const Node* node = nullptr;
  std::uint64_t parent = 0;
  for (auto left = path; !left.empty();) {
    const auto found = nodes_.find({parent, std::string(take_component(left))});
    if (found == nodes_.end()) return nullptr;
    node = &found->second;
    parent = node->id;
  }
  return node;
}

}  // namespace gitsync::archive
