// SPDX-License-Identifier: Apache-2.0
#include "objects/step_reader.h"

#include <string>
#include <string_view>

#include "snapshot/packer.h"

namespace gitsync::objects {

using util::Result;

namespace {

Result<void> remove_all(archive::Reader& step, Unpacked& tree) {
  std::string path;
  for (;;) {
    GS_TRY(const auto bytes, step.content());
    if (bytes.empty()) break;
    for (const char c : bytes) {
      if (c != '\0') {
        path += c;
        continue;
      }
      tree.remove(path);
      path.clear();
    }
  }
  if (path.empty()) return {};
  return util::fail(util::ErrorKind::kProtocol, "the list of what went is cut off");
}

}  // namespace

Result<void> read_step(archive::Reader& step, Unpacked& tree, const util::Limit& limit) {
  bool is_complete = false;
  for (;;) {
    GS_TRY_VOID(limit.check());
    GS_TRY(auto member, step.next());
    if (!member) break;
    if (member->path == snapshot::kStepRemoved) {
      GS_TRY_VOID(remove_all(step, tree));
      is_complete = true;
    } else if (member->path.starts_with(snapshot::kStepFiles)) {
      member->path.erase(0, snapshot::kStepFiles.size());
      GS_TRY_VOID(tree.take(step, *member));
    } else if (member->path + "/" != snapshot::kStepFiles) {
      return util::fail(util::ErrorKind::kProtocol, "a step has a member that is none of its own");
    }
  }
  if (is_complete) return {};
  return util::fail(util::ErrorKind::kProtocol, "a step has no list of what went");
}

}  // namespace gitsync::objects
