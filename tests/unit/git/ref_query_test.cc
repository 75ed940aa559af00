// SPDX-License-Identifier: Apache-2.0
#include "git/ref_query.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>

#include "git/oid.h"
#include "git/ref_name.h"
#include "support/git_fixture.h"

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
  const auto names = random_names(300);
  for (const auto& name : names) {
    const bool by_git =
        fixture.cli.ask({"check-ref-format", "--allow-onelevel", name}, "/", fixture.limit())->ok();
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
  int found = 0;
  for (int round = 0; round < 30; ++round) {
    const auto query = RefQuery::of(kNames.at(random() % kNames.size())).value();
    std::string lines;
    std::vector<std::string> made;
    std::size_t best = commits.size();
    // The last two exclude each other as files do, and the first is no ref unless it is in refs/.
    const std::size_t skipped = 4 + random() % 2;
    for (std::size_t rank = 0; rank < commits.size(); ++rank) {
      const auto& name = query.candidates().at(rank);
      if (rank == skipped || !name.starts_with("refs/") || random() % 2 == 0) continue;
      lines += "create " + name + " " + commits.at(rank) + "\n";
      made.push_back(name);
      best = std::min(best, rank);
    }
    // HEAD leads nowhere here.
    fixture.git(server, {"symbolic-ref", "HEAD", "refs/heads/unborn"});
    ASSERT_TRUE(fixture.cli.run({"update-ref", "--stdin"}, server, fixture.limit(),
                                {.standard_input = lines}));
    const auto fetched =
        fixture.cli.ask({"fetch", "-q", server, query.name()}, client, fixture.limit());
    ASSERT_EQ(fetched->ok(), best < commits.size()) << query.name() << "\n" << lines;
    if (fetched->ok()) {
      ++found;
      EXPECT_EQ(fixture.git(client, {"rev-parse", "FETCH_HEAD"}), commits.at(best))
          << query.name() << "\n"
          << lines;
    }
    for (const auto& name : made) fixture.git(server, {"update-ref", "-d", name});
  }
  EXPECT_GT(found, 15);
}

}  // namespace
}  // namespace gitsync::git
