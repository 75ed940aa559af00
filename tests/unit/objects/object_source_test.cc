// SPDX-License-Identifier: Apache-2.0
// What all sources have in common that are not git, with an origin made of plain text.
#include "objects/object_source.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/stat.h>

#include <chrono>
#include <future>

#include "objects/entry_list.h"
#include "support/captured_log.h"
#include "support/temp_dir.h"
#include "util/files.h"

namespace gitsync::objects {
namespace {

using source::Depth;
using source::Health;
using testing::ElementsAre;
using util::Result;

// Contents that are their own ids.
class TextContents final : public tree::TreeContents {
 public:
  TextContents(EntryList list, tree::Layout layout, const tree::Published* base)
      : list_(std::move(list)), layout_(std::move(layout)), base_(base) {}
  Result<void> for_each_change(const tree::Revision* from,
                               const std::function<Result<void>(const tree::Change&)>& visit,
                               const util::Limit& limit) override {
    return list_.for_each_change(layout_, from == nullptr ? nullptr : base_, visit, limit);
  }
  Result<void> read(const tree::FileEntry& entry, std::string_view /*path*/,
                    tree::ContentSink& sink, const util::Limit& /*limit*/) override {
    return sink.write(entry.content_id);
  }

 private:
  const EntryList list_;
  const tree::Layout layout_;
  const tree::Published* const base_;
};

struct State {
  tree::Revision revision;
  std::vector<std::pair<std::string, std::string>> files;  // path and content
  int opened = 0;
  bool had_base = false;
  std::optional<util::Error> fault = {};
  std::optional<util::Error> refusal = {};  // of open()
  std::optional<std::chrono::seconds> retry_after = {};
};

class TextOrigin final : public Origin {
 public:
  TextOrigin(State& state, tree::Layout layout) : state_(state), layout_(std::move(layout)) {}
  Result<source::Resolved> resolve(const std::optional<tree::Revision>& /*shown*/,
                                   const util::Limit& /*limit*/) override {
    if (state_.fault) return util::fail(*state_.fault);
    return source::Resolved{.revision = state_.revision};
  }
  Result<std::unique_ptr<tree::TreeContents>> open(const tree::Revision& /*revision*/,
                                                   const tree::Published* base,
                                                   const util::Limit& /*limit*/) override {
    ++state_.opened;
    state_.had_base = base != nullptr;
    if (state_.refusal) return util::fail(*state_.refusal);
    std::vector<Entry> entries;
    for (const auto& [path, content] : state_.files) {
      entries.push_back({.path = path, .file = {.content_id = content}});
    }
    GS_TRY(auto list, EntryList::of(std::move(entries)));
    return std::make_unique<TextContents>(std::move(list), layout_, base);
  }
  Result<source::About> about(const tree::Revision& /*revision*/,
                              const util::Limit& /*limit*/) override {
    return source::About{.subject = "text"};
  }
  std::optional<std::chrono::seconds> retry_after() const override { return state_.retry_after; }

 private:
  State& state_;
  const tree::Layout layout_;
};

class ObjectSourceTest : public testing::Test {
 protected:
  std::unique_ptr<ObjectSource> make() {
    return std::make_unique<ObjectSource>(
        ObjectSourceOptions{.layout = layout, .sharing = tree::Sharing::kHardLinks},
        std::make_unique<TextOrigin>(state, layout), log.logger());
  }
  void set(char digit, std::vector<std::pair<std::string, std::string>> files) {
    state.revision = {std::string(64, digit)};
    state.files = std::move(files);
  }
  // Everything up to the flip.
  tree::Published sync(ObjectSource& source, const std::optional<tree::Published>& shown = {}) {
    EXPECT_TRUE(source.open(shown, {}));
    const auto wanted = source.resolve({});
    EXPECT_TRUE(wanted);
    auto draft = source.materialize(*wanted, shown ? &*shown : nullptr, turn, {});
    EXPECT_TRUE(draft) << draft.error().message;
    draft->keep();
    return {.tree = draft->path(), .revision = draft->revision()};
  }
  Health inspect(ObjectSource& source, const tree::Published& shown, Depth depth) {
    EXPECT_TRUE(source.open(shown, {}));
    return source.inspect(shown, depth, {}).value();
  }
  std::vector<std::string> in_root() const { return util::list_directory(layout.root).value(); }
  void write(const std::string& path, const std::string& text) const {
    ASSERT_TRUE(util::write_file_atomic(path, "new.", text, 0644));
  }

  test::TempDir dir;
  const tree::Layout layout{dir.path()};
  const tree::Turn turn{std::nullopt};
  const test::CapturedLog log;
  State state;
};

TEST_F(ObjectSourceTest, WhatWasNeverOursIsCleared) {
  ASSERT_TRUE(util::make_directories(layout.root + "/strange/folder"));
  set('a', {{"x", "1"}});
  const auto source = make();
  sync(*source);
  EXPECT_THAT(in_root(), ElementsAre(".git", ".worktrees"));
}

TEST_F(ObjectSourceTest, ATreeIsBuiltFromTheOneBefore) {
  set('a', {{"same", "1"}, {"other", "1"}});
  const auto source = make();
  const auto first = sync(*source);
  set('b', {{"same", "1"}, {"other", "2"}});
  const auto second = sync(*source, first);
  EXPECT_TRUE(state.had_base);
  struct stat before{};
  struct stat after{};
  ASSERT_EQ(::stat((first.tree + "/same").c_str(), &before), 0);
  ASSERT_EQ(::stat((second.tree + "/same").c_str(), &after), 0);
  EXPECT_EQ(before.st_ino, after.st_ino);
  EXPECT_EQ(util::read_file(second.tree + "/other").value(), "2");
}

TEST_F(ObjectSourceTest, AnEditIsDamageAtAStartAndNotLookedForAtAPoll) {
  set('a', {{"x", "1"}});
  const auto shown = sync(*make());
  {
    const auto source = make();
    EXPECT_EQ(inspect(*source, shown, Depth::kStart), Health::kWhole);
    EXPECT_EQ(inspect(*source, shown, Depth::kPoll), Health::kWhole);
  }
  write(shown.tree + "/x", "edited");
  const auto source = make();
  EXPECT_EQ(inspect(*source, shown, Depth::kStart), Health::kDamaged);
  EXPECT_EQ(inspect(*source, shown, Depth::kPoll), Health::kWhole);
}

TEST_F(ObjectSourceTest, ATreeThatIsThereIsTakenAsItIs) {
  set('a', {{"x", "1"}});
  const auto source = make();
  const auto first = sync(*source);
  set('b', {{"x", "2"}});
  const auto second = sync(*source, first);
  set('a', {{"x", "1"}});
  state.opened = 0;
  EXPECT_EQ(sync(*source, second).tree, first.tree);
  EXPECT_EQ(state.opened, 0);
  // But not if somebody has edited it, or put something into it.
  write(first.tree + "/x", "edited");
  EXPECT_EQ(sync(*source, second).tree, first.tree);
  EXPECT_EQ(state.opened, 1);
  EXPECT_EQ(util::read_file(first.tree + "/x").value(), "1");
  write(first.tree + "/more", "");
  EXPECT_EQ(sync(*source, second).tree, first.tree);
  EXPECT_EQ(state.opened, 2);
  EXPECT_FALSE(util::exists(first.tree + "/more"));
}

// What is in it stays in it.
TEST_F(ObjectSourceTest, WhatWasRefusedForWhatIsInItIsNotDownloadedAgainUntilItChanges) {
  set('a', {{"x", "1"}});
  const auto source = make();
  ASSERT_TRUE(source->open({}, {}));
  const auto opened_by_two_passes = [&](util::Cause cause) {
    state.refusal = {.kind = util::ErrorKind::kProtocol, .message = "refused", .cause = cause};
    state.opened = 0;
    for (int pass = 0; pass < 2; ++pass) {
      const auto draft = source->materialize(source->resolve({}).value(), nullptr, turn, {});
      EXPECT_FALSE(draft);
      EXPECT_THAT(draft.error().message, testing::StartsWith("refused"));
      EXPECT_EQ(draft.error().cause, cause);
    }
    return state.opened;
  };
  EXPECT_EQ(opened_by_two_passes(util::Cause::kArchiveHostile), 1);
  set('b', {{"x", "1"}});
  EXPECT_EQ(opened_by_two_passes(util::Cause::kTreeTooLarge), 1);
  set('c', {{"x", "1"}});
  state.refusal.reset();
  sync(*source);
}

// What arrived damaged may arrive whole the next time, but not if it was so at the same place
// thrice.
TEST_F(ObjectSourceTest, WhatIsDamagedInTheSameWayThriceIsNotDownloadedAgainUntilItChanges) {
  set('a', {{"x", "1"}});
  const auto source = make();
  ASSERT_TRUE(source->open({}, {}));
  const auto message_of_pass = [&](const std::string& damage) {
    state.refusal = {.kind = util::ErrorKind::kProtocol,
                     .message = damage,
                     .cause = util::Cause::kArchiveDamaged};
    const auto draft = source->materialize(source->resolve({}).value(), nullptr, turn, {});
    EXPECT_FALSE(draft);
    EXPECT_EQ(draft.error().cause, util::Cause::kArchiveDamaged);
    return draft.error().message;
  };
  for (const auto* damage : {"cut", "cut", "other", "other", "other"}) {
    EXPECT_EQ(message_of_pass(damage), damage);
  }
  EXPECT_EQ(state.opened, 5);
  EXPECT_EQ(message_of_pass("other"), "other; not gotten again, since it did not change");
  EXPECT_EQ(state.opened, 5);
  set('b', {{"x", "1"}});
  EXPECT_EQ(message_of_pass("other"), "other");
  EXPECT_EQ(state.opened, 6);
  state.refusal.reset();
  sync(*source);
}

TEST_F(ObjectSourceTest, AfterAPowerCutNothingThatWasThereIsTrusted) {
  set('a', {{"x", "1"}});
  const auto shown = sync(*make());
  write(layout.root + "/.git/git-sync/running.1b3c6d4e-0000-4000-8000-000000000000.dead", "");
  set('b', {{"x", "2"}});
  const auto source = make();
  EXPECT_EQ(inspect(*source, shown, Depth::kStart), Health::kDamaged);
  const auto next = sync(*source, shown);
  EXPECT_FALSE(state.had_base);
  set('c', {{"x", "3"}});
  sync(*source, next);
  EXPECT_TRUE(state.had_base);
}

TEST_F(ObjectSourceTest, ARepositoryThatWasThereGoesOnceItIsNotShown) {
  ASSERT_TRUE(util::make_directories(layout.store() + "/objects/pack"));
  ASSERT_TRUE(util::make_directories(layout.tree({std::string(40, 'a')})));
  write(layout.store() + "/HEAD", "ref: refs/heads/git-sync\n");
  write(layout.store() + "/config", "");
  const tree::Published git{.tree = layout.tree({std::string(40, 'a')}),
                            .revision = tree::Revision{std::string(40, 'a')}};
  set('b', {{"x", "1"}});
  const auto source = make();
  const auto shown = sync(*source, git);
  EXPECT_TRUE(util::exists(git.tree));
  EXPECT_TRUE(util::exists(layout.store() + "/HEAD"));
  const std::vector keep{*shown.revision};
  ASSERT_TRUE(source->reclaim(keep, source::Urgency::kRoutine, {}));
  EXPECT_THAT(util::list_directory(layout.store()).value(), ElementsAre("git-sync"));
}

TEST_F(ObjectSourceTest, AServerIsLeftAloneForAsLongAsItAsksAndWokenLikeAnyOther) {
  const auto source = make();
  state.fault = util::Error{.kind = util::ErrorKind::kNetwork, .message = "busy"};
  state.retry_after = std::chrono::hours(1);
  EXPECT_FALSE(source->resolve({}));
  const util::Event wake;
  const auto limit = util::Limit{}.within(std::chrono::milliseconds(1));
  auto pause = std::async(std::launch::async, [&] { source->wait_for_change(limit, wake); });
  EXPECT_EQ(pause.wait_for(std::chrono::milliseconds(200)), std::future_status::timeout);
  wake.set();
  pause.get();

  state.fault.reset();
  state.retry_after.reset();
  EXPECT_TRUE(source->resolve({}));
  const util::Event unused;
  source->wait_for_change(limit, unused);  // returns
}

}  // namespace
}  // namespace gitsync::objects
