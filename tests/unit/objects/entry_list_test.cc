// SPDX-License-Identifier: Apache-2.0
#include "objects/entry_list.h"

#include <gmock/gmock.h>

#include "support/captured_log.h"
#include "support/temp_dir.h"
#include "tree/tree_writer.h"
#include "util/files.h"

namespace gitsync::objects {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using tree::FileKind;

Entry file(const std::string& path, const std::string& content = "x") {
  return {.path = path, .file = {.kind = FileKind::kRegular, .content_id = content}};
}
Entry folder(const std::string& path) {
  return {.path = path, .file = {.kind = FileKind::kFolder, .content_id = ""}};
}
std::vector<std::string> paths(const EntryList& list) {
  std::vector<std::string> paths;
  for (const Entry& entry : list.entries()) paths.push_back(entry.path);
  return paths;
}
std::string error_of(std::vector<Entry> entries) {
  const auto list = EntryList::of(std::move(entries));
  return list ? "" : list.error().message;
}

TEST(EntryListTest, PathsStandInTheOrderOfTheirBytes) {
  const auto list = EntryList::of({file("b"), file("a/b"), file("a!"), file("\xff")}).value();
  EXPECT_THAT(paths(list), ElementsAre("a!", "a/b", "b", "\xff"));
  EXPECT_EQ(list.find("a/b")->path, "a/b");
  EXPECT_EQ(list.find("a"), nullptr);
}

TEST(EntryListTest, AFolderIsListedOnlyIfNothingIsInIt) {
  const auto list = EntryList::of({folder("a"), file("a!"), file("a/b"), folder("empty"),
                                   folder("deep"), folder("deep/er")})
                        .value();
  EXPECT_THAT(paths(list), ElementsAre("a!", "a/b", "deep/er", "empty"));
}

TEST(EntryListTest, AFileInTheWayOfAFolderIsRefusedByBothNames) {
  EXPECT_EQ(error_of({file("a"), file("a/b")}), "\"a\" is a file, and a folder for \"a/b\"");
  EXPECT_EQ(error_of({file("a"), file("a!"), file("a/b/c/d")}),
            "\"a\" is a file, and a folder for \"a/b/c/d\"");
  EXPECT_EQ(error_of({file("a/b"), folder("a/b/c")}),
            "\"a/b\" is a file, and a folder for \"a/b/c\"");
  EXPECT_EQ(error_of({file("a"), file("a!"), file("ab/c")}), "");
}

TEST(EntryListTest, WhatIsThereTwiceOrNoPathIsRefused) {
  EXPECT_THAT(error_of({file("a"), file("b"), file("a")}), HasSubstr("\"a\" is there twice"));
  EXPECT_THAT(error_of({file("a"), folder("a")}), HasSubstr("\"a\" is there twice"));
  for (const std::string path : {"", "/a", "a//b", "a/../b", ".", "a/"}) {
    EXPECT_NE(error_of({file(path)}), "") << path;
  }
}

// Contents that are their own ids.
class Contents final : public tree::TreeContents {
 public:
  Contents(const EntryList& list, const tree::Layout& layout, const tree::Published* base)
      : list_(list), layout_(layout), base_(base) {}
  util::Result<void> for_each_change(
      const tree::Revision* from,
      const std::function<util::Result<void>(const tree::Change&)>& visit,
      const util::Limit& limit) override {
    return list_.for_each_change(layout_, from == nullptr ? nullptr : base_, visit, limit);
  }
  util::Result<void> read(const tree::FileEntry& entry, std::string_view /*path*/,
                          tree::ContentSink& sink, const util::Limit& /*limit*/) override {
    return sink.write(entry.content_id);
  }

 private:
  const EntryList& list_;
  const tree::Layout& layout_;
  const tree::Published* const base_;
};

class EntryListDiffTest : public testing::Test {
 protected:
  EntryListDiffTest() {
    EXPECT_TRUE(util::make_directories(layout.trees()));
    EXPECT_TRUE(util::make_directories(layout.store()));
  }
  tree::Published build(const EntryList& list, char digit, const tree::Published* base = nullptr) {
    Contents contents(list, layout, base);
    const tree::Revision revision{std::string(64, digit)};
    auto built = writer.build(revision, base, contents, {});
    EXPECT_TRUE(built) << built.error().message;
    auto draft = std::move(*built).finish(turn, {});
    EXPECT_TRUE(draft) << draft.error().message;
    draft->keep();
    return {.tree = layout.tree(revision), .revision = revision};
  }
  // "+path", "-path", "~path"
  std::vector<std::string> changes(const EntryList& list, const tree::Published& base) const {
    std::vector<std::string> seen;
    const auto note = [&](const tree::Change& change) -> util::Result<void> {
      const char* const sign = !change.before ? "+" : change.after ? "~" : "-";
      seen.push_back(sign + std::string(change.path));
      return {};
    };
    const auto walked = list.for_each_change(layout, &base, note, {});
    EXPECT_TRUE(walked) << walked.error().message;
    return seen;
  }

  test::TempDir dir;
  const tree::Layout layout{dir.path()};
  const tree::Turn turn{std::nullopt};
  const test::CapturedLog log;
  const tree::TreeWriter writer{{.layout = layout, .own_names = {".git"}}, log.logger()};
};

TEST_F(EntryListDiffTest, ChangesAreThoseSinceTheTreeThatWasBuilt) {
  const auto before = EntryList::of({file("a", "1"), file("b/c", "1"), file("b/d", "1"),
                                     file("e", "1"), folder("f")})
                          .value();
  const auto base = build(before, 'a');
  EXPECT_THAT(changes(before, base), ElementsAre());
  const auto after =
      EntryList::of({file("a", "1"), file("b/c", "2"), file("d", "1"), file("e/x", "1")}).value();
  EXPECT_THAT(changes(after, base), ElementsAre("~b/c", "-b/d", "+d", "-e", "+e/x", "-f"));
  const auto next = build(after, 'b', &base);
  EXPECT_EQ(util::read_file(next.tree + "/b/c").value(), "2");
  EXPECT_EQ(util::read_file(next.tree + "/e/x").value(), "1");
  EXPECT_FALSE(util::exists(next.tree + "/f"));
  EXPECT_THAT(changes(after, next), ElementsAre());
}

TEST_F(EntryListDiffTest, ATreeOfWhichNothingIsKnownIsNoBase) {
  const auto list = EntryList::of({file("a")}).value();
  const tree::Published strange{.tree = layout.tree({std::string(64, 'c')}),
                                .revision = tree::Revision{std::string(64, 'c')}};
  const auto nothing = [](const tree::Change&) { return util::Result<void>{}; };
  const auto walked = list.for_each_change(layout, &strange, nothing, {});
  ASSERT_FALSE(walked);
  EXPECT_EQ(walked.error().kind, util::ErrorKind::kCorrupt);
}

}  // namespace
}  // namespace gitsync::objects
