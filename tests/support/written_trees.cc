// SPDX-License-Identifier: Apache-2.0
#include "support/written_trees.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <utility>

#include "util/files.h"
#include "util/text.h"

namespace gitsync::test {
namespace {

tree::TreeWriterOptions options_for(const std::string& root, tree::Sharing sharing,
                                    std::size_t width) {
  ::umask(022);
  [[maybe_unused]] const auto made = util::make_directories(root + "/.git");
  return {.layout = {root, width}, .sharing = sharing, .own_names = {".git"}};
}

std::string names_in(const std::string& path) {
  const auto names = util::list_directory(path);
  return names ? util::join(*names, " ") : "";
}

}  // namespace

WrittenTrees::WrittenTrees(tree::Sharing sharing, const std::string& root, std::size_t width)
    : options(options_for(root.empty() ? dir / "root" : root, sharing, width)),
      writer(options, log.logger()) {}

void WrittenTrees::set(std::size_t number, MemoryTree files) {
  history[revision_of(number).id] = std::move(files);
}

util::Result<tree::Published> WrittenTrees::build(std::size_t number, const tree::Published* base) {
  auto contents = this->contents(number);
  GS_TRY(auto built, writer.build(revision_of(number), base, contents, {}));
  counts = built.counts();
  reads = contents.reads;
  const tree::Turn turn{std::nullopt};
  GS_TRY(auto draft, std::move(built).finish(turn, {}));
  draft.keep();
  return tree::Published{.tree = draft.path(), .revision = draft.revision()};
}

tree::Published WrittenTrees::build_exactly(std::size_t number, const MemoryTree& files,
                                            const tree::Published* base) {
  set(number, files);
  auto built = build(number, base);
  EXPECT_TRUE(built) << (built ? "" : built.error().message);
  if (!built) return {};
  EXPECT_EQ(read_tree(built->tree), files);
  return *built;
}

std::string WrittenTrees::trees() const { return names_in(options.layout.trees()); }

std::string WrittenTrees::kept() const {
  const std::string place = options.layout.root + "/.git/git-sync";
  return names_in(place + "/manifests") + " | " + names_in(place + "/spare");
}

}  // namespace gitsync::test
