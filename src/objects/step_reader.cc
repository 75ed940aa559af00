// SPDX-License-Identifier: Apache-2.0
#include "objects/step_reader.h"

#include <string>
#include <string_view>

#include "snapshot/packer.h"
#include "tree/entry_path.h"

namespace gitsync::objects {

using util::Result;

namespace {

std::unexpected<util::Error> wrong(const char* what) {
  return util::fail(util::ErrorKind::kProtocol, what);
}

Result<void> remove_all(archive::Reader& step, Unpacked& tree) {
  std::string path;
  for (;;) {
    GS_TRY(const auto bytes, step.content());
    if (bytes.empty()) break;
    for (const char c : bytes) {
      if (c != '\0') {
        path += c;
        if (path.size() > tree::kMostPathBytes) return wrong("a path that went is too long");
        continue;
      }
      tree.remove(path);
      path.clear();
    }
  }
  return path.empty() ? Result<void>{} : wrong("the list of what went is cut off");
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
      return wrong("a step has a member that is none of its own");
    }
  }
  return is_complete ? Result<void>{} : wrong("a step has no list of what went");
}

}  // namespace gitsync::objects
