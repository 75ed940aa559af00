// SPDX-License-Identifier: Apache-2.0
#include "cli/credential_cache.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "cli/credential_store.h"
#include "support/child.h"
#include "support/git_fixture.h"
#include "util/files.h"

namespace gitsync::cli {
namespace {

TEST(CredentialCache, IsEndedByItsSocket) {
  test::GitFixture fixture;
  ASSERT_TRUE(store_credentials(fixture.cli, {{"https://h/", "me", "pw", "test"}}, fixture.limit(),
                                fixture.logger()));
  const auto& socket = fixture.config.socket();
  ASSERT_TRUE(util::exists(socket));
  stop_credential_cache(socket);
  EXPECT_TRUE(test::eventually([&] { return !util::exists(socket); }));
}

TEST(CredentialCache, OneWhoseSocketWasRemovedIsEndedAndTheNextOneStays) {
  test::GitFixture fixture;
  const auto& socket = fixture.config.socket();
  CredentialCache cache(socket);
  const auto store = [&] {
    return store_credentials(fixture.cli, {{"https://h/", "me", "pw", "test"}}, fixture.limit(),
                             fixture.logger());
  };
  const auto daemons = [&] {
    std::size_t count = 0;
    const auto names = util::list_directory("/proc").value();
    for (const auto& name : names) {
      const auto line = util::read_file("/proc/" + name + "/cmdline").value_or("");
      if (line.find("cache--daemon") != std::string::npos && line.find(socket) != std::string::npos)
        ++count;
    }
    return count;
  };
  ASSERT_TRUE(store());
  ASSERT_EQ(::unlink(socket.c_str()), 0) << "before anybody has looked";
  ASSERT_TRUE(store());
  ASSERT_EQ(daemons(), 2U);
  cache.notice();
  EXPECT_TRUE(test::eventually([&] { return daemons() == 1; }));
  EXPECT_EQ(fixture.cli
                    .ask({"credential", "fill"}, "/", fixture.limit(),
                         {.standard_input = "url=https://h/\n"})
                    ->out.find("password=pw\n") == std::string::npos,
            false);
  ASSERT_TRUE(util::remove_tree(fixture.config.folder()));
  cache.stop();
  EXPECT_TRUE(test::eventually([&] { return daemons() == 0; }));
}

TEST(CredentialStore, RefusesSeveralLinesNamingTheSettingButNotTheValue) {
  test::GitFixture fixture;
  for (const std::string& value :
       {std::string("hunter22\rx"), std::string("hunter22\nx"), std::string("hunter22\0x", 10)}) {
    const auto stored = store_credentials(fixture.cli, {{"https://h/", "me", value, "--setting"}},
                                          fixture.limit(), fixture.logger());
    ASSERT_FALSE(stored);
    EXPECT_EQ(stored.error().kind, util::ErrorKind::kInvalid);
    EXPECT_NE(stored.error().message.find("--setting"), std::string::npos);
    EXPECT_EQ(stored.error().message.find("hunter22"), std::string::npos);
  }
}

TEST(CredentialCache, WithoutOneNothingHappens) { stop_credential_cache("/nonexistent/socket"); }

}  // namespace
}  // namespace gitsync::cli
