// SPDX-License-Identifier: Apache-2.0
// What every transport is to bring from a repository, judged by git: the packs are put into a
// repository by `git index-pack --stdin --fix-thin`.

#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "source/transport.h"
#include "support/git_fixture.h"
#include "util/files.h"

namespace gitsync::test {

// A fetch, and all that came of it.
struct Fetched {
  std::string pack;
  std::vector<std::string> progress;
  git::ShallowChanges changes;
  util::Error error;  // without a message: there was none
};

inline Fetched fetch_from(source::Transport& transport, const git::FetchRequest& request,
                          const util::Limit& limit) {
  Fetched fetched;
  auto outcome =
      transport.fetch(request,
                      {.pack = [&](std::string_view bytes) -> util::Result<void> {
                         fetched.pack += bytes;
                         return {};
                       },
                       .progress = [&](auto line) { fetched.progress.emplace_back(line); }},
                      limit);
  if (outcome) {
    fetched.changes = *std::move(outcome);
  } else {
    fetched.error = std::move(outcome).error();
  }
  return fetched;
}

class FetchScenario {
 public:
  // Adds six commits to `repo`. `git` outlives this.
  FetchScenario(const GitFixture& git, std::string repo)
      : git_(git), repo_(std::move(repo)), store_(git.dir / "fetched") {
    git_.git(git_.dir.path(), {"init", "-q", "--bare", store_});
    for (int i = 0; i < 6; ++i) push();
  }

  // The newest commit, which is of one change in a file of 800 KB that is half as long in a pack:
  // more than a packet holds.
  git::ObjectId push() {
    std::string noise = std::to_string(++pushes_) + "\n";
    for (unsigned number = 1; noise.size() < 800000;) {
      number = number * 1664525U + 1013904223U;
      noise += std::to_string(number) + "\n";
    }
    tip_ = git::ObjectId::from(git_.commit(repo_, "big", noise)).value();
    return tip_;
  }
  const git::ObjectId& tip() const { return tip_; }

  void brings_one_commit(source::Transport& transport) {
    const auto fetched = fetch(transport, {.wants = {tip_}, .deepen = 1});
    EXPECT_THAT(fetched.changes.shallow, testing::ElementsAre(tip_));
    EXPECT_THAT(fetched.changes.unshallow, testing::IsEmpty());
    EXPECT_THAT(fetched.progress, testing::Contains(testing::StartsWith("Enumerating objects: ")));
    put(fetched);
    expect_history(1);
  }

  void brings_five_commits(source::Transport& transport) {
    const auto fetched = fetch(transport, {.wants = {tip_}, .deepen = 5, .progress = false});
    EXPECT_THAT(fetched.changes.shallow, testing::ElementsAre(commit(tip_.hex() + "~4")));
    EXPECT_THAT(fetched.progress, testing::IsEmpty());
    put(fetched);
    expect_history(5);
  }

  void brings_all_commits(source::Transport& transport) {
    const auto fetched = fetch(transport, {.wants = {tip_}});
    EXPECT_THAT(fetched.changes.shallow, testing::IsEmpty());
    put(fetched);
    expect_history(std::stoi(git_.git(repo_, {"rev-list", "--count", tip_.hex()})));
  }

  // After brings_one_commit(): what is there need not come once more.
  void brings_a_thin_update(source::Transport& transport) {
    const auto old = tip_;
    push();
    const auto fetched =
        fetch(transport,
              {.wants = {tip_}, .haves = {old}, .shallow = {old}, .deepen = 1, .thin_pack = true});
    EXPECT_THAT(fetched.changes.shallow, testing::ElementsAre(tip_));
    EXPECT_LT(fetched.pack.size(), 1500U);
    const auto alone = git_.cli.ask({"index-pack", "--stdin"}, store_, git_.limit(),
                                    {.standard_input = fetched.pack});
    EXPECT_FALSE(alone->ok()) << "it is not thin";
    put(fetched);
    expect_history(1);
  }

  // What a forced push has removed, and a gc.
  void says_that_what_is_wanted_has_gone(source::Transport& transport) {
    const auto gone = git::ObjectId::from_hex(std::string(40, 'a')).value();
    const auto fetched = fetch_from(transport, {.wants = {gone}, .deepen = 1}, git_.limit());
    EXPECT_EQ(fetched.error.kind, util::ErrorKind::kMoved) << fetched.error.message;
    EXPECT_EQ(fetched.error.cause, util::Cause::kCommitNotServed);
    EXPECT_THAT(fetched.error.message, testing::HasSubstr("not our ref " + gone.hex()));
    EXPECT_EQ(fetched.pack, "");
  }

 private:
  Fetched fetch(source::Transport& transport, const git::FetchRequest& request) {
    auto fetched = fetch_from(transport, request, git_.limit());
    EXPECT_EQ(fetched.error.message, "");
    return fetched;
  }
  git::ObjectId commit(const std::string& name) {
    return git::ObjectId::from_hex(git_.git(repo_, {"rev-parse", name})).value();
  }
  // The boundary is that of the new commit only.
  void put(const Fetched& fetched) {
    std::string shallow;
    for (const auto& id : fetched.changes.shallow) shallow += id.hex() + "\n";
    EXPECT_TRUE(util::write_file(store_ + "/shallow", shallow));
    const auto packed = git_.cli.run({"index-pack", "--stdin", "--fix-thin"}, store_, git_.limit(),
                                     {.standard_input = fetched.pack});
    ASSERT_TRUE(packed) << packed.error().message;
  }
  void expect_history(int count) {
    git_.git(store_, {"fsck", "--no-dangling", tip_.hex()});
    EXPECT_EQ(git_.git(store_, {"rev-list", "--count", tip_.hex()}), std::to_string(count));
    git_.git(store_, {"cat-file", "-e", tip_.hex() + ":big"});
  }

  const GitFixture& git_;
  const std::string repo_;
  const std::string store_;
  git::ObjectId tip_;
  int pushes_ = 0;
};

}  // namespace gitsync::test
