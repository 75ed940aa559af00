// SPDX-License-Identifier: Apache-2.0
#include "cli/private_config.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>

#include "support/git_fixture.h"
#include "util/files.h"
#include "util/paths.h"

namespace gitsync::cli {
namespace {

using test::GitFixture;

TEST(PrivateConfig, GitReadsTheDefaultsOfTheContract) {
  GitFixture fixture;
  const auto config = redacted(effective_config(fixture.cli, fixture.limit()).value());
  EXPECT_EQ(config.at("gc.autodetach"), "false");
  EXPECT_EQ(config.at("gc.pruneexpire"), "now");
  EXPECT_EQ(config.at("core.askpass"), "true");
  EXPECT_EQ(config.at("credential.helper"),
            "cache --timeout 3600 --socket " + fixture.config.socket());
}

TEST(PrivateConfig, GitReadsBackAnyKeyAndValue) {
  GitFixture fixture;
  const std::string value = " a\tb\n\"c\" \\d ;e #f ";
  ASSERT_TRUE(fixture.config.set("Sect.Name", value));
  ASSERT_TRUE(fixture.config.set("http.https://host/p \"q\"\\.extraHeader", "X: y"));
  EXPECT_EQ(fixture.cli.ask({"config", "sect.name"}, "", fixture.limit())->out, value + "\n");
  EXPECT_EQ(fixture.git("", {"config", "http.https://host/p \"q\"\\.extraheader"}), "X: y");
}

TEST(PrivateConfig, ALaterValueReplacesTheEarlierOneAndTheDefault) {
  GitFixture fixture;
  ASSERT_TRUE(fixture.config.set("gc.pruneExpire", "never"));
  ASSERT_TRUE(fixture.config.set("a.b", "1"));
  ASSERT_TRUE(fixture.config.set("A.B", "2"));
  EXPECT_EQ(fixture.git("", {"config", "--get-all", "gc.pruneexpire"}), "never");
  EXPECT_EQ(fixture.git("", {"config", "--get-all", "a.b"}), "2");
}

TEST(PrivateConfig, OurTrustAndTheUsersSafeDirectoryAddUp) {
  GitFixture fixture;
  ASSERT_TRUE(fixture.config.trust({"/root/with \"quotes\"", "/root/*"}));
  ASSERT_TRUE(fixture.config.set("safe.directory", "*"));
  EXPECT_EQ(fixture.git("", {"config", "--get-all", "safe.directory"}),
            "/root/with \"quotes\"\n/root/*\n*");
}

TEST(PrivateConfig, RefusesKeysThatGitWouldRefuse) {
  GitFixture fixture;
  for (const std::string key :
       {"plain", ".x", "a.", "a.1b", "a b.c", "--get", "a.b c", "a.x\ny.z"}) {
    const auto set = fixture.config.set(key, "v");
    ASSERT_FALSE(set) << key;
    EXPECT_EQ(set.error().kind, util::ErrorKind::kInvalid);
  }
}

TEST(PrivateConfig, FilesAreOursAloneAndGoWithIt) {
  test::TempDir dir;
  {
    const auto config = PrivateConfig::create(dir.path()).value();
    EXPECT_EQ(util::list_directory(dir.path())->size(), 1U);
    for (const auto& path : {config.folder(), config.path(), util::dir_name(config.socket())}) {
      struct stat info{};
      ASSERT_EQ(::stat(path.c_str(), &info), 0) << path;
      EXPECT_EQ(info.st_mode & 077, 0U) << path;
    }
  }
  EXPECT_TRUE(util::list_directory(dir.path())->empty());
}

TEST(PrivateConfig, WhatACleanerRemovedComesBack) {
  test::TempDir dir;
  auto config = PrivateConfig::create(dir.path()).value();
  ASSERT_TRUE(config.set("user.name", "me"));
  ASSERT_TRUE(config.trust({"/trusted"}));
  const std::string text = util::read_file(config.path()).value();
  const std::string trust = util::read_file(config.folder() + "/trust").value();
  ASSERT_TRUE(util::remove_tree(config.folder()));
  ASSERT_TRUE(config.restore());
  EXPECT_EQ(util::read_file(config.path()).value(), text);
  EXPECT_EQ(util::read_file(config.folder() + "/trust").value(), trust);
  EXPECT_TRUE(util::is_real_directory(util::dir_name(config.socket())));

  ASSERT_TRUE(util::remove_tree(config.folder()));
  ASSERT_EQ(::symlink("/tmp", config.folder().c_str()), 0);
  EXPECT_FALSE(config.restore()) << "somebody else took the name";
  ASSERT_EQ(::unlink(config.folder().c_str()), 0);
}

TEST(PrivateConfig, WhatAKilledProcessLeftGoesAndWhatIsInUseStays) {
  test::TempDir dir;
  const auto alive = PrivateConfig::create(dir.path()).value();
  const std::string dead = dir / "git-sync.dead";
  const std::string young = dir / "git-sync.young";
  for (const auto& folder : {dead, young, dir / "git-sync.other", dir / "else"}) {
    ASSERT_TRUE(util::make_directories(folder));
  }
  for (const auto& folder : {dead, young, dir / "else"}) {
    ASSERT_TRUE(util::write_file(folder + "/lock", ""));
  }
  const std::array<timespec, 2> old{
      {{.tv_sec = 1000, .tv_nsec = 0}, {.tv_sec = 1000, .tv_nsec = 0}}};
  for (const auto& folder : {dead, dir / "git-sync.other", dir / "else", alive.folder()}) {
    ASSERT_EQ(::utimensat(AT_FDCWD, folder.c_str(), old.data(), 0), 0);
  }
  const auto next = PrivateConfig::create(dir.path()).value();
  EXPECT_FALSE(util::exists(dead));
  for (const auto& kept :
       {young, dir / "git-sync.other", dir / "else", alive.path(), next.path()}) {
    EXPECT_TRUE(util::exists(kept)) << kept;
  }
}

TEST(PrivateConfig, AnUnwritableTemporaryFolderSaysWhatToDo) {
  const auto config = PrivateConfig::create("/nonexistent/folder");
  ASSERT_FALSE(config);
  EXPECT_EQ(config.error().cause, util::Cause::kTemporaryFolder);
}

TEST(EffectiveConfig, ShowsNoHeaderAndNoPasswordOfAUrl) {
  GitFixture fixture;
  ASSERT_TRUE(fixture.config.set("http.extraHeader", "Authorization: Bearer abcdef"));
  ASSERT_TRUE(fixture.config.set("http.proxy", "http://me:hunter2@proxy:3128"));
  const auto config = redacted(effective_config(fixture.cli, fixture.limit()).value());
  EXPECT_EQ(config.at("http.extraheader"), "REDACTED");
  EXPECT_EQ(config.at("http.proxy"), "http://me:REDACTED@proxy:3128");
}

}  // namespace
}  // namespace gitsync::cli
