// SPDX-License-Identifier: Apache-2.0
#include "snapshot/step_list.h"

#include <utility>

namespace gitsync::snapshot {

using util::Result;

namespace {

// The files of the older tree, in their order, beside those of the newer one.
class Comparison {
 public:
  explicit Comparison(tree::ManifestReader old) : old_(std::move(old)) {}

  Result<void> take(const TreeFile& file) {
    const std::uint64_t size = file.stat ? file.stat->size : 0;
    list_.bytes_of_all += size;
    GS_TRY_VOID(skip_to(&file.path));
    const tree::Record* const before = old_.peek();
    const bool was_there = before != nullptr && before->path == file.path;
    if (!was_there || before->entry != file.entry) {
      list_.came.push_back(file);
      list_.bytes += size;
    }
    return was_there ? old_.next() : Result<void>{};
  }

  Result<StepList> finish() && {
    GS_TRY_VOID(skip_to(nullptr));
    return std::move(list_);
  }

 private:
  // What is only in the older tree, up to `path`, or all that is left.
  Result<void> skip_to(const std::string* path) {
    while (const tree::Record* const record = old_.peek()) {
      const bool is_before = path == nullptr || record->path < *path;
      if (!record->is_directory) {
        if (!is_before) return {};
        list_.went += record->path;
        list_.went += '\0';
      }
      GS_TRY_VOID(old_.next());
    }
    return {};
  }

  tree::ManifestReader old_;
  StepList list_;
};

}  // namespace

Result<StepList> list_step(const TreeFiles& files, tree::ManifestReader old,
                           const util::Limit& limit) {
  Comparison comparison(std::move(old));
  GS_TRY_VOID(files.for_each([&](const TreeFile& file) { return comparison.take(file); }, limit));
  return std::move(comparison).finish();
}

}  // namespace gitsync::snapshot
