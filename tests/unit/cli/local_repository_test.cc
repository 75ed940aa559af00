// SPDX-License-Identifier: Apache-2.0
#include "cli/local_repository.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/git_fixture.h"
#include "util/files.h"

namespace gitsync::cli {
namespace {

using testing::Contains;
using testing::IsEmpty;

class LocalRepositoryTest : public testing::Test {
 protected:
  LocalRepositoryTest() {
    EXPECT_TRUE(util::make_directories(fixture.dir / "a b/.git"));
    EXPECT_TRUE(util::make_directories(fixture.dir / "bare.git"));
    EXPECT_TRUE(util::make_directories(fixture.dir / "root"));
  }
  std::vector<std::string> paths(const std::string& url) const {
    return local_repository_paths(url, fixture.dir / "root");
  }

  test::GitFixture fixture;
};

TEST_F(LocalRepositoryTest, RemoteAddressesHaveNone) {
  for (const auto* url : {"https://h/x", "ssh://git@h/x", "git@h:x", "host:/tmp", ""}) {
    EXPECT_THAT(paths(url), IsEmpty()) << url;
  }
}

TEST_F(LocalRepositoryTest, EverySpellingLeadsToTheRealDirectory) {
  const std::string plain = fixture.dir / "a b";
  const std::string link = fixture.dir / "link";
  ASSERT_EQ(::symlink(plain.c_str(), link.c_str()), 0);
  for (const auto& url :
       {plain, plain + "/", "file://" + plain, "file://" + plain + "//",
        "file://" + (fixture.dir / "a%20b"), "file://host" + plain, link, std::string("../a b")}) {
    EXPECT_THAT(paths(url), Contains(plain)) << url;
    EXPECT_THAT(paths(url), Contains(plain + "/.git")) << url;
  }
}

TEST_F(LocalRepositoryTest, TheSuffixMayBeLeftOut) {
  EXPECT_THAT(paths(fixture.dir / "bare"), Contains(fixture.dir / "bare.git"));
}

TEST_F(LocalRepositoryTest, WhatDoesNotExistIsNotTrusted) {
  EXPECT_THAT(paths(fixture.dir / "missing"), IsEmpty());
}

// What git itself gives to an upload-pack that is a script; nothing if it does not come to that.
class UploadPackPathTest : public testing::Test {
 protected:
  UploadPackPathTest() {
    EXPECT_TRUE(util::write_file(script, "#!/bin/sh\nprintf %s \"$1\" >" + seen + "\nexit 1\n"));
    EXPECT_EQ(::chmod(script.c_str(), 0755), 0);
    EXPECT_TRUE(util::write_file(ssh, "#!/bin/sh\nexit 1\n"));
    EXPECT_EQ(::chmod(ssh.c_str(), 0755), 0);
    fixture.cli.set_environment("GIT_SSH_COMMAND", ssh);
  }
  std::optional<std::string> by_git(const std::string& url) {
    ::unlink(seen.c_str());
    EXPECT_TRUE(fixture.cli.ask({"fetch", "--upload-pack=" + script, "--end-of-options", url}, repo,
                                fixture.limit()));
    if (!util::exists(seen)) return std::nullopt;
    return util::read_file(seen).value();
  }

  test::GitFixture fixture;
  const std::string repo = fixture.make_repo("repo");
  const std::string script = fixture.dir / "upload-pack";
  const std::string ssh = fixture.dir / "ssh";
  const std::string seen = fixture.dir / "seen";
};

TEST_F(UploadPackPathTest, IsWhatGitGivesIt) {
  for (const std::string url : {"/a b",
                                "/a%20b",
                                "/a/../b/",
                                "../x",
                                "~/x",
                                "~root/x",
                                "./a:b",
                                "a/b:c",
                                "/a:b",
                                "it's",
                                "file:///a%20b",
                                "file:///a b",
                                "file://localhost/a",
                                "file://user:pw@host/a/",
                                "file:////a",
                                "file://%2fa",
                                "file:///a?b=c",
                                "file://../a",
                                "file:///",
                                "file:///a/~b"}) {
    const auto path = upload_pack_path(url);
    ASSERT_TRUE(path) << url;
    EXPECT_EQ(path, by_git(url)) << url;
    EXPECT_TRUE(is_local_address(url)) << url;
  }
}

TEST_F(UploadPackPathTest, IsNothingWhereGitDoesNotGetThatFar) {
  for (const std::string url : {"-x", "file://", "file://host", "host:x", "host:/x"}) {
    EXPECT_FALSE(by_git(url)) << url;
    EXPECT_FALSE(upload_pack_path(url)) << url;
  }
  for (const std::string url : {"", "host:x", "ssh://host/x", "https://host/x", "ext::x"}) {
    EXPECT_FALSE(is_local_address(url)) << url;
    EXPECT_FALSE(upload_pack_path(url)) << url;
  }
  // Where git has rules of its own.
  for (const std::string url : {"file:///a%2", "file:///a%00", "file:///~root/x"}) {
    EXPECT_TRUE(is_local_address(url)) << url;
    EXPECT_FALSE(upload_pack_path(url)) << url;
  }
}

}  // namespace
}  // namespace gitsync::cli
