// SPDX-License-Identifier: Apache-2.0
#include "cli/git.h"

#include <gmock/gmock.h>

#include "support/git_fixture.h"

namespace gitsync::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

TEST(Git, AFailureHoldsCommandStatusAndGitsOwnWords) {
  test::GitFixture fixture;
  const auto result =
      fixture.cli.run({"rev-parse", "no such", "ref"}, fixture.dir.path(), fixture.limit());
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message,
              AllOf(StartsWith("Run(git rev-parse \"no such\" ref): exit status 128: { stdout: \""),
                    HasSubstr("stderr: \"fatal: not a git repository")));
}

TEST(Git, SecretOutputIsNoPartOfAnError) {
  test::GitFixture fixture;
  ASSERT_TRUE(fixture.config.set("alias.tell", "!echo the-secret; echo words >&2; exit 3"));
  const auto result = fixture.cli.run({"tell"}, fixture.dir.path(), fixture.limit(),
                                      {.standard_output = StandardOutput::kSecret});
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message,
              AllOf(HasSubstr("exit status 3"), HasSubstr("words"), Not(HasSubstr("the-secret"))));
}

TEST(Git, AMissingExecutableIsAnErrorNamingIt) {
  test::GitFixture fixture;
  const Git missing({.executable = "/nonexistent/git"}, fixture.runner, fixture.logger());
  const auto result = missing.run({"version"}, "", fixture.limit());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, util::ErrorKind::kNotFound);
  EXPECT_THAT(result.error().message, HasSubstr("/nonexistent/git"));
}

TEST(Git, SpeaksEnglishWhateverTheUsersLocale) {
  test::GitFixture fixture;
  fixture.cli.set_environment("LANGUAGE", "de");
  fixture.cli.set_environment("LC_ALL", "de_DE.UTF-8");
  ASSERT_TRUE(fixture.config.set("alias.locale", "!echo $LC_ALL-$LANGUAGE"));
  const auto locale = fixture.cli.run({"locale"}, fixture.dir.path(), fixture.limit());
  ASSERT_TRUE(locale) << locale.error().message;
  EXPECT_EQ(*locale, "C.UTF-8-");
  EXPECT_EQ(fixture.cli.environment().get_or("LC_ALL", ""), "de_DE.UTF-8");
  EXPECT_EQ(fixture.cli.environment().get_or("LANGUAGE", ""), "de");
}

TEST(Git, PastTheLimitItIsATimeout) {
  test::GitFixture fixture;
  // An alias that hangs: the whole group has to be killed, not only git.
  ASSERT_TRUE(fixture.config.set("alias.hang", "!sleep 60"));
  const auto result = fixture.cli.run({"hang"}, fixture.dir.path(),
                                      util::Limit{}.within(std::chrono::milliseconds(200)));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, util::ErrorKind::kTimeout);
  EXPECT_THAT(result.error().message, HasSubstr("deadline exceeded"));
}

TEST(Git, KilledByTheKernelItHintsAtMemory) {
  test::GitFixture fixture;
  const Git killed({.executable = "/bin/sh"}, fixture.runner, fixture.logger());
  const auto result = killed.run({"-c", "kill -KILL $$"}, "", fixture.limit());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, util::ErrorKind::kLocal);
  EXPECT_THAT(result.error().message, HasSubstr("signal: killed"));
  EXPECT_EQ(result.error().cause, util::Cause::kKilled);
}

}  // namespace
}  // namespace gitsync::cli
