// SPDX-License-Identifier: Apache-2.0
#include "oci/docker_config.h"

#include <gmock/gmock.h>

#include "util/base64.h"

namespace gitsync::oci {
namespace {

using ::testing::HasSubstr;

// "USER PASSWORD TOKEN", "none", or the error.
std::string login(const std::string& json, const std::string& address) {
  const auto config = DockerConfig::parse(json);
  if (!config) return config.error().message;
  const auto found = config->login_for(parse_reference(address).value());
  if (!found) return found.error().message;
  if (!*found) return "none";
  return (*found)->username + " " + (*found)->password + " " + (*found)->identity_token;
}

std::string auth(const std::string& pair) {
  return R"("auth":")" + util::base64_encode(pair) + '"';
}

TEST(DockerConfig, HasALoginInEachOfItsForms) {
  const auto config = R"({"auths":{"a.example":{)" + auth("user:pass:word") +
                      R"(},"b.example:5000":{"username":"u","password":"p"},
                      "c.example":{)" +
                      auth("u:") + R"(,"identitytoken":"refresh"}}})";
  EXPECT_EQ(login(config, "oci://a.example/x"), "user pass:word ");
  EXPECT_EQ(login(config, "oci://b.example:5000/x"), "u p ");
  EXPECT_EQ(login(config, "oci://c.example/x"), "u  refresh");
  EXPECT_EQ(login(config, "oci://b.example/x"), "none") << "another port is another registry";
  EXPECT_EQ(login(config, "oci://d.example/x"), "none");
}

TEST(DockerConfig, KeysMayBeAddressesOfOlderDays) {
  for (const auto* key :
       {"https://r.example", "http://r.example/", "r.example/v1/", "https://R.example/v2/"}) {
    EXPECT_EQ(login(R"({"auths":{")" + std::string(key) + R"(":{)" + auth("u:p") + "}}}",
                    "oci://r.example/x"),
              "u p ")
        << key;
  }
}

TEST(DockerConfig, DockersRegistryIsKnownByItsOldAddress) {
  for (const auto* key :
       {"https://index.docker.io/v1/", "index.docker.io", "docker.io", "registry-1.docker.io"}) {
    EXPECT_EQ(login(R"({"auths":{")" + std::string(key) + R"(":{)" + auth("u:p") + "}}}",
                    "oci://docker.io/org/x"),
              "u p ")
        << key;
  }
}

TEST(DockerConfig, TheLongestPathCounts) {
  const auto config = R"({"auths":{"r.example":{)" + auth("all:p") + R"(},"r.example/org":{)" +
                      auth("org:p") + R"(},"r.example/org/dags":{)" + auth("dags:p") + "}}}";
  EXPECT_EQ(login(config, "oci://r.example/other"), "all p ");
  EXPECT_EQ(login(config, "oci://r.example/org/x"), "org p ");
  EXPECT_EQ(login(config, "oci://r.example/org/dags"), "dags p ");
  EXPECT_EQ(login(config, "oci://r.example/organisation"), "all p ");
}

TEST(DockerConfig, StartsNoPrograms) {
  EXPECT_THAT(login(R"({"auths":{"r.example":{}},"credsStore":"desktop"})", "oci://r.example/x"),
              HasSubstr("to the program \"docker-credential-desktop\""));
  const auto helper =
      R"({"credHelpers":{"r.example":"ecr-login"},"auths":{"s.example":{)" + auth("u:p") + "}}}";
  EXPECT_THAT(login(helper, "oci://r.example/x"),
              HasSubstr("leaves the login for r.example to the program"));
  EXPECT_EQ(login(helper, "oci://s.example/x"), "u p ") << "others are not concerned";
}

TEST(DockerConfig, SaysWhatIsWrongWithoutTheSecret) {
  EXPECT_THAT(login("", "oci://r.example/x"), HasSubstr("no JSON object"));
  EXPECT_THAT(login("[]", "oci://r.example/x"), HasSubstr("no JSON object"));
  EXPECT_THAT(login("{}", "oci://r.example/x"), HasSubstr("no \"auths\""));
  EXPECT_THAT(login(R"({"auths":[]})", "oci://r.example/x"), HasSubstr("is no object"));
  EXPECT_THAT(login(R"({"auths":{"r.example":"x"}})", "oci://r.example/x"),
              HasSubstr("\"r.example\" is no object"));
  const auto wrong =
      login(R"({"auths":{"r.example":{"auth":"aHVzaGh1c2g="}}})", "oci://r.example/x");
  EXPECT_THAT(wrong, HasSubstr("\"auth\" of \"r.example\" is not the base64"));
  EXPECT_THAT(wrong, ::testing::Not(HasSubstr("hush")));
}

}  // namespace
}  // namespace gitsync::oci
