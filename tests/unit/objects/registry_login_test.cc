// SPDX-License-Identifier: Apache-2.0
#include "objects/registry_login.h"

#include <gmock/gmock.h>

#include "log/sink.h"
#include "metrics/metrics.h"
#include "support/captured_log.h"
#include "support/temp_dir.h"
#include "util/base64.h"
#include "util/files.h"

namespace gitsync::objects {
namespace {

using testing::HasSubstr;
using util::Cause;
using util::ErrorKind;

const std::string kRepo = "oci://r.example:5000/org/dags:main";

// As `docker login` writes it.
std::string config_with(const std::string& login) {
  return R"({"auths":{"r.example:5000":{"auth":")" + util::base64_encode(login) + R"("}}})";
}

class RegistryLoginTest : public testing::Test {
 protected:
  void write(const std::string& name, const std::string& text) const {
    ASSERT_TRUE(util::write_file_atomic(dir / name, "new.", text, 0600));
  }
  RegistryLogin make(RegistryLoginOptions options) {
    options.repo = kRepo;
    options.reference = oci::parse_reference(kRepo).value();
    credentials = std::make_unique<auth::Credentials>(logins, log.logger(), metrics);
    EXPECT_TRUE(credentials->for_pass({}));
    return {std::move(options), credentials.get(), log.logger()};
  }
  static std::string shown(const RegistryLogin& login) {
    if (!login.login()) return "anybody";
    return login.login()->username + " " + login.login()->password + login.login()->identity_token +
           " of " + login.origin();
  }

  test::TempDir dir;
  const test::CapturedLog log;
  metrics::Metrics metrics;
  auth::CredentialOptions logins;
  std::unique_ptr<auth::Credentials> credentials;
};

TEST_F(RegistryLoginTest, ACredentialForTheAddressComesBeforeTheConfig) {
  write("config.json", config_with("other:one"));
  logins.credentials = {
      {.url = kRepo, .username = "u", .password = "p", .password_setting = "GITSYNC_PASSWORD"}};
  auto login = make({.config = dir / "config.json"});
  ASSERT_TRUE(login.read());
  EXPECT_EQ(shown(login), "u p of GITSYNC_PASSWORD");
}

TEST_F(RegistryLoginTest, ACredentialForTheRegistryAsAWebServerCounts) {
  logins.credentials = {{.url = "https://r.example:5000/",
                         .username = "u",
                         .password = "p",
                         .password_setting = "--credential"},
                        {.url = "https://r.example/", .username = "x", .password = "y"}};
  auto login = make({});
  ASSERT_TRUE(login.read());
  EXPECT_EQ(shown(login), "u p of --credential");
}

TEST_F(RegistryLoginTest, AConfigIsReadAgainWhenItChanges) {
  write("config.json", config_with("u:one"));
  auto login = make({.config = dir / "config.json"});
  ASSERT_TRUE(login.read());
  EXPECT_EQ(shown(login), "u one of " + (dir / "config.json"));
  EXPECT_FALSE(login.read_again()) << "it is the same";
  write("config.json", config_with("u:two"));
  EXPECT_TRUE(login.read_again());
  EXPECT_EQ(shown(login), "u two of " + (dir / "config.json"));
  write("config.json", "nonsense");
  EXPECT_FALSE(login.read_again());
  EXPECT_EQ(shown(login), "u two of " + (dir / "config.json")) << "what was refused, for the hint";
  write("config.json", "{\"auths\":{}}");
  ASSERT_TRUE(login.read());
  EXPECT_EQ(shown(login), "anybody");
}

// As a Secret is mounted without a word about the names in it.
TEST_F(RegistryLoginTest, AFolderWithASecretInItIsTaken) {
  write(".dockerconfigjson", config_with("u:one"));
  auto login = make({.config = dir.path()});
  ASSERT_TRUE(login.read());
  EXPECT_EQ(shown(login), "u one of " + (dir / ".dockerconfigjson"));
  write("config.json", config_with("u:two"));
  ASSERT_TRUE(login.read());
  EXPECT_EQ(shown(login), "u two of " + (dir / "config.json"));
}

TEST_F(RegistryLoginTest, AConfigThatIsNamedMustBeThereAndMakeSense) {
  auto login = make({.config = dir / "none"});
  const auto missing = login.read();
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().cause, Cause::kSecretFileUnreadable);
  EXPECT_THAT(missing.error().message, HasSubstr("--registry-config: " + (dir / "none")));
  write("none", "nonsense");
  const auto wrong = login.read();
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().kind, ErrorKind::kInvalid);
  write("none", config_with("u:p"));
  ASSERT_TRUE(login.read());
  EXPECT_EQ(shown(login), "u p of " + (dir / "none"));
}

TEST_F(RegistryLoginTest, TheFirstUsualPlaceThatIsThereCounts) {
  const std::vector<std::string> usual{dir / "first", dir / "second"};
  ASSERT_TRUE(util::make_directories(dir / "second"));
  auto login = make({.usual_configs = usual});
  ASSERT_TRUE(login.read());
  EXPECT_EQ(shown(login), "anybody");
  write("second/config.json", config_with("u:two"));
  ASSERT_TRUE(login.read());
  EXPECT_EQ(shown(login), "u two of " + (dir / "second/config.json"));
  ASSERT_TRUE(util::make_directories(dir / "first"));
  write("first/config.json", config_with("u:one"));
  ASSERT_TRUE(login.read());
  EXPECT_EQ(shown(login), "u one of " + (dir / "first/config.json"));
}

// Of a desktop: it leaves the logins to a program, and the registry may be open to all.
TEST_F(RegistryLoginTest, AUsualConfigThatCannotBeUsedIsNoError) {
  ASSERT_TRUE(util::make_directories(dir / "docker"));
  write("docker/config.json", R"({"auths":{"r.example:5000":{}},"credsStore":"desktop"})");
  auto login = make({.usual_configs = {dir / "docker"}});
  ASSERT_TRUE(login.read());
  EXPECT_EQ(shown(login), "anybody");
  EXPECT_THAT(login.complaint(), HasSubstr("docker-credential-desktop"));
}

TEST_F(RegistryLoginTest, PasswordFilesAreReadAgainAfterARefusal) {
  write("password", "one");
  logins.credentials = {{.url = kRepo, .username = "u", .password_file = dir / "password"}};
  auto login = make({});
  ASSERT_TRUE(login.read());
  EXPECT_FALSE(login.read_again());
  EXPECT_TRUE(credentials->for_pass({}));
  write("password", "two");
  EXPECT_TRUE(login.read_again());
  EXPECT_EQ(login.login()->password, "two");
}

TEST_F(RegistryLoginTest, WhatTheConfigHoldsIsNotLogged) {
  write("config.json", config_with("user:hunter22hunter"));
  auto login = make({.config = dir / "config.json"});
  ASSERT_TRUE(login.read());
  EXPECT_EQ(log.logger().sink().redact("<hunter22hunter>"), "<REDACTED>");
  const auto encoded = util::base64_encode("user:hunter22hunter");
  EXPECT_EQ(log.logger().sink().redact("<" + encoded + ">"), "<REDACTED>");
}

TEST(UsualDockerConfigs, AreThoseOfDocker) {
  util::Environment environment;
  EXPECT_THAT(usual_docker_configs(environment), testing::IsEmpty());
  environment.set("HOME", "/home/u");
  EXPECT_THAT(usual_docker_configs(environment), testing::ElementsAre("/home/u/.docker"));
  environment.set("DOCKER_CONFIG", "/etc/docker-config");
  EXPECT_THAT(usual_docker_configs(environment),
              testing::ElementsAre("/etc/docker-config", "/home/u/.docker"));
}

}  // namespace
}  // namespace gitsync::objects
