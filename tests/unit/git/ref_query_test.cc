// SPDX-License-Identifier: Apache-2.0
#include "git/ref_query.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>

#include "git/oid.h"
#include "git/ref_name.h"
#include "support/git_fixture.h"
#include "util/files.h"

namespace gitsync::git {
namespace {

TEST(RefQuery, ListsWhatANameMayMeanInGitsOrder) {
  const auto query = RefQuery::of("main");
  ASSERT_TRUE(query);
  EXPECT_EQ(query->name(), "main");
  EXPECT_EQ(query->candidates(),
            (std::vector<std::string>{"main", "refs/main", "refs/tags/main", "refs/heads/main",
                                      "refs/remotes/main", "refs/remotes/main/HEAD"}));
  EXPECT_EQ(query->rank("main"), 0U);
  EXPECT_EQ(query->rank("refs/remotes/main/HEAD"), 5U);
  for (const std::string_view other : {"refs/heads/main2", "refs/heads/mai", "", "heads/main"}) {
    EXPECT_FALSE(query->rank(other)) << other;
  }
}

TEST(RefQuery, IsNothingForWhatOnlyGitKnowsToRead) {
  for (const std::string& name :
       {std::string(), std::string("-x"), std::string("--upload-pack=x"), std::string("+main"),
        std::string("^main"), std::string("main:x"), std::string("refs/heads/*"), std::string("@"),
        std::string("main~1"), std::string("main@{1}"), std::string("a b"), std::string("a\0b", 3),
        std::string(40, 'a'), std::string(40, 'A'), std::string(64, '0'), std::string("tag v1"),
        std::string("refs/heads/"), std::string(5000, 'x')}) {
    EXPECT_FALSE(RefQuery::of(name)) << name;
  }
  for (const std::string& name : {std::string("HEAD"), std::string("refs/heads/x"),
                                  std::string(39, 'a'), std::string("0123abc"), std::string("a+b"),
                                  std::string("\xC3\xBC"), std::string("x@y"), std::string("@x")}) {
    EXPECT_TRUE(RefQuery::of(name)) << name;
  }
}

class RefsAndGit : public testing::Test {
 protected:
  // For each of many processes, on a machine that may have much to do.
  static util::Limit limit() { return util::Limit{}.within(std::chrono::seconds(60)); }

  void update_refs(const std::string& repo, const std::string& lines) const {
    const auto updated =
        fixture.cli.run({"update-ref", "--stdin"}, repo, limit(), {.standard_input = lines});
    EXPECT_TRUE(updated) << updated.error().message;
  }

  test::GitFixture fixture;
};

// Every text of these pieces, of some length.
std::vector<std::string> random_names(std::size_t count) {
  constexpr std::array<std::string_view, 20> kPieces{
      "a", ".", "/", "..", "@",  "{",    "lock", ".lock", "~",  "^",
      ":", "?", "*", "[",  "\\", "\x7F", " ",    "-",     "\t", "\xC3\xA9"};
  std::mt19937 random(20240102);
  std::vector<std::string> names{"@", "/", ".", "HEAD", "a.lock/b", "a/.b", "@{", "a@", "a/@"};
  while (names.size() < count) {
    std::string name;
    // Mostly harmless pieces, so that many are accepted.
    for (std::size_t n = 1 + random() % 5; n > 0; --n) {
      name += random() % 2 == 0 ? "a" : kPieces.at(random() % kPieces.size());
    }
    if (!name.starts_with('-')) names.push_back(name);  // git reads that as an option
  }
  return names;
}

TEST_F(RefsAndGit, AgreeOnWhatIsAName) {
  std::size_t accepted = 0;
  const auto names = random_names(120);
  for (const auto& name : names) {
    const auto answer =
        fixture.cli.ask({"check-ref-format", "--allow-onelevel", name}, "/", limit());
    ASSERT_TRUE(answer) << answer.error().message;
    const bool by_git = answer->ok();
    EXPECT_EQ(is_ref_name(name), by_git) << name;
    accepted += by_git ? 1 : 0;
  }
  EXPECT_GT(accepted, names.size() / 10);
  EXPECT_LT(accepted, names.size() * 9 / 10);
}

// A server with some of the candidates of several names, each at a commit of its own, and a client
// that fetches one of the names.
TEST_F(RefsAndGit, AgreeOnTheBestCandidate) {
  const auto server = fixture.make_repo("server");
  const auto client = fixture.make_repo("client");
  std::vector<std::string> commits;
  for (int i = 0; i < 6; ++i) {
    commits.push_back(fixture.commit(server, "f", std::to_string(i)).hex());
  }
  std::mt19937 random(20240103);
  const std::vector<std::string> kNames{"x", "heads/x", "refs/heads/x", "HEAD", "remotes/x"};
  // HEAD leads nowhere here.
  fixture.git(server, {"symbolic-ref", "HEAD", "refs/heads/unborn"});
  int found = 0;
  for (int round = 0; round < 24; ++round) {
    const auto query = RefQuery::of(kNames.at(random() % kNames.size())).value();
    std::string lines;
    std::string undo;
    std::size_t best = commits.size();
    // The last two exclude each other as files do, and the first is no ref unless it is in refs/.
    const std::size_t skipped = 4 + random() % 2;
    for (std::size_t rank = 0; rank < commits.size(); ++rank) {
      const auto& name = query.candidates().at(rank);
      if (rank == skipped || !name.starts_with("refs/") || random() % 2 == 0) continue;
      lines += "create " + name + " " + commits.at(rank) + "\n";
      undo += "delete " + name + "\n";
      best = std::min(best, rank);
    }
    update_refs(server, lines);
    const auto fetched = fixture.cli.ask({"fetch", "-q", server, query.name()}, client, limit());
    ASSERT_TRUE(fetched) << fetched.error().message;
    ASSERT_EQ(fetched->ok(), best < commits.size()) << query.name() << "\n" << lines;
    if (fetched->ok()) {
      ++found;
      const auto head = util::read_file(client + "/.git/FETCH_HEAD").value();
      EXPECT_EQ(head.substr(0, 40), commits.at(best)) << query.name() << "\n" << lines;
    }
    update_refs(server, undo);
  }
  EXPECT_GT(found, 12);
}

}  // namespace
}  // namespace gitsync::git
