// SPDX-License-Identifier: Apache-2.0
// The readers of git/remote_refs.h against what the installed git serves.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "git/remote_refs.h"
#include "support/git_fixture.h"
#include "util/files.h"

namespace gitsync::git {
namespace {

class RealServers : public testing::Test {
 protected:
  // What an upload-pack says to `input`.
  std::string serve(const std::string& repo, const std::string& version,
                    const std::vector<std::string>& options, const std::string& input = "") {
    fixture.cli.set_environment("GIT_PROTOCOL", "version=" + version);
    std::vector<std::string> args{"upload-pack"};
    args.insert(args.end(), options.begin(), options.end());
    args.push_back(repo);
    const auto output =
        fixture.cli.ask(args, "/", fixture.limit(),
                        {.standard_input = input, .output_limit = std::size_t{64} << 20});
    EXPECT_TRUE(output && output->ok());
    return output ? output->out : "";
  }

  // As a git server over http has it.
  std::string http_body(const std::string& repo, const std::string& version) {
    return "001e# service=git-upload-pack\n0000" +
           serve(repo, version, {"--http-backend-info-refs"});
  }

  // "<name> <id>" or "none", the same for all versions of the protocol.
  std::string tip(const std::string& repo, const std::string& name) {
    std::optional<std::string> found;
    for (const std::string version : {"0", "1", "2"}) {
      const auto tip = ask(repo, name, version);
      const std::string text = tip ? tip->name + " " + tip->id.hex() : "none";
      EXPECT_EQ(text, found.value_or(text)) << "version " << version;
      found = text;
    }
    return *found;
  }

  std::optional<RefTip> ask(const std::string& repo, const std::string& name,
                            const std::string& version) {
    const auto query = RefQuery::of(name).value();
    AdvertisementReader first(query, Framing::kHttp);
    const auto fed = first.feed(http_body(repo, version));
    EXPECT_TRUE(fed && first.done()) << (fed ? "not done" : fed.error().message);
    AdvertisementReader plain(query, Framing::kPlain);
    EXPECT_TRUE(plain.feed(serve(repo, version, {"--http-backend-info-refs"})));
    EXPECT_EQ(plain.server().capabilities, first.server().capabilities);
    if (version != "2") return first.tip();
    LsRefsReader refs(query);
    const auto listed = refs.feed(
        serve(repo, version, {"--stateless-rpc"}, ls_refs_request(first.server(), query)));
    EXPECT_TRUE(listed && refs.done()) << (listed ? "not done" : listed.error().message);
    return refs.tip();
  }

  test::GitFixture fixture;
};

TEST_F(RealServers, NameTheSameTipInEveryVersion) {
  const auto repo = fixture.make_repo("repo");
  const auto first = fixture.commit(repo, "a", "1").hex();
  fixture.git(repo, {"tag", "-a", "-m", "x", "annotated"});
  fixture.git(repo, {"tag", "-a", "-m", "x", "nested", "annotated"});
  fixture.git(repo, {"branch", "nested"});
  fixture.git(repo, {"update-ref", "refs/remotes/origin/HEAD", "HEAD"});
  const auto second = fixture.commit(repo, "a", "2").hex();
  EXPECT_EQ(tip(repo, "HEAD"), "HEAD " + second);
  EXPECT_EQ(tip(repo, "main"), "refs/heads/main " + second);
  EXPECT_EQ(tip(repo, "refs/heads/main"), "refs/heads/main " + second);
  EXPECT_EQ(tip(repo, "annotated"), "refs/tags/annotated " + first);
  EXPECT_EQ(tip(repo, "nested"), "refs/tags/nested " + first);
  EXPECT_EQ(tip(repo, "heads/nested"), "refs/heads/nested " + first);
  EXPECT_EQ(tip(repo, "origin"), "refs/remotes/origin/HEAD " + first);
  EXPECT_EQ(tip(repo, "neste"), "none");
  fixture.git(repo, {"checkout", "-q", "--detach", first});
  EXPECT_EQ(tip(repo, "HEAD"), "HEAD " + first);
}

TEST_F(RealServers, MayHaveNothingToName) {
  const auto empty = fixture.make_repo("empty");
  EXPECT_EQ(tip(empty, "main"), "none");
  const auto unborn = fixture.make_repo("unborn");
  const auto commit = fixture.commit(unborn, "a", "1").hex();
  fixture.git(unborn, {"symbolic-ref", "HEAD", "refs/heads/unborn"});
  EXPECT_EQ(tip(unborn, "HEAD"), "none");
  EXPECT_EQ(tip(unborn, "main"), "refs/heads/main " + commit);
}

TEST_F(RealServers, MayBeShallowThemselves) {
  const auto repo = fixture.make_repo("repo");
  fixture.commit(repo, "a", "1");
  const auto commit = fixture.commit(repo, "a", "2").hex();
  const auto shallow = fixture.dir / "shallow";
  fixture.git("/", {"clone", "-q", "--depth=1", "file://" + repo, shallow});
  ASSERT_NE(serve(shallow, "0", {"--http-backend-info-refs"}).find("shallow " + commit),
            std::string::npos);
  EXPECT_EQ(tip(shallow, "main"), "refs/heads/main " + commit);
}

TEST_F(RealServers, MayHaveOtherHashes) {
  const auto repo = fixture.dir / "sha256";
  fixture.git("/", {"init", "-q", "-b", "main", "--object-format=sha256", repo});
  const auto commit = fixture.commit(repo, "a", "1").hex();
  ASSERT_EQ(commit.size(), 64U);
  fixture.git(repo, {"tag", "-a", "-m", "x", "v1"});
  EXPECT_EQ(tip(repo, "v1"), "refs/tags/v1 " + commit);
}

TEST_F(RealServers, MayHaveSixtyThousandRefs) {
  const auto repo = fixture.make_repo("repo");
  const auto commit = fixture.commit(repo, "a", "1").hex();
  std::string lines = "# pack-refs with: peeled fully-peeled sorted \n";
  for (int i = 10000; i < 70000; ++i) {
    lines += commit + " refs/tags/v" + std::to_string(i) + "\n";
  }
  ASSERT_TRUE(util::write_file(repo + "/.git/packed-refs", lines));
  EXPECT_EQ(tip(repo, "v69999"), "refs/tags/v69999 " + commit);
}

}  // namespace
}  // namespace gitsync::git
