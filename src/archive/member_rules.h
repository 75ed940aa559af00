// SPDX-License-Identifier: Apache-2.0
// Which members an archive may have: plain files, folders and links that stay where they are
// unpacked, each refused one with its name and the reason.

#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "archive/limits.h"
#include "archive/member.h"
#include "archive/tar_input.h"
#include "util/error.h"

namespace gitsync::archive {

// Knows the members up to now, which are asked about in their order. Refused are:
//   - paths that are absolute or empty, or have a NUL, a component "..", one of more than 255
//   bytes,
//     or one that is ".git" in any case; paths and targets longer than Limits::max_path;
//   - devices, pipes, sockets and what tar does not know;
//   - hard links to what has not come yet, to folders and to themselves;
//   - a member below a file or a symlink, which would be written through it;
//   - a path that comes again as another kind: file, symlink or folder. As the same kind it may:
//     tar appends newer versions so, and the last content and target count. A hard link is a file.
// Symlinks are not followed, so their targets may be anything but empty, as git has them.
//
// Memory: about 100 bytes and its name for each component of a path, which count as members.
// Thread-safety: none.
class MemberRules {
 public:
  explicit MemberRules(Limits limits) : limits_(std::move(limits)) {}

  // The member in its proper form; nothing for the root itself ("./"), which is no member. A hard
  // link to a symlink becomes that symlink. Errors: kProtocol, with the name and the reason.
  util::Result<std::optional<Member>> admit(const RawMember& raw);

 private:
  enum class Class : std::uint8_t { kFile, kSymlink, kFolder };
  struct Node {
    std::uint64_t id = 0;
    Class what = Class::kFolder;
    std::uint64_t size = 0;   // of a file
    std::string target = {};  // of a symlink
  };
  // The component `name` of the folder with that id; the root has 0.
  using Place = std::pair<std::uint64_t, std::string>;

  util::Result<std::string> clean(std::string_view path) const;
  util::Result<void> resolve(const RawMember& raw, Member& member) const;
  util::Result<void> count(std::uint64_t size, const std::string& path);
  util::Result<void> count_names(const Member& member);
  util::Result<void> enter(const Member& member, std::uint64_t size);
  util::Result<Node*> add(const Place& place, Class what, const std::string& path);
  const Node* find(std::string_view path) const;

  const Limits limits_;
  // Ordered: nobody can choose names that collide, as in a hash table.
  std::map<Place, Node> nodes_;
  std::uint64_t bytes_ = 0;
  std::uint64_t members_ = 0;
  std::uint64_t names_ = 0;  // bytes
};

}  // namespace gitsync::archive
