// SPDX-License-Identifier: Apache-2.0
#include "util/secret_parts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "util/base64.h"
#include "util/url.h"

namespace gitsync::util {
namespace {

using testing::Contains;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

TEST(PartsOfLogin, AreThePasswordAndBothAsHttpSendsThem) {
  EXPECT_THAT(parts_of_login("u", "hunter2"), UnorderedElementsAre("hunter2", "dTpodW50ZXIy"));
  EXPECT_THAT(parts_of_login("ghp_0123456789", "x-oauth-basic"), Contains("ghp_0123456789"));
  EXPECT_THAT(parts_of_login("ghp_0123456789", "x-oauth-basic"), Not(Contains("x-oauth-basic")));
  EXPECT_THAT(parts_of_login("ghp_0123456789", "pw"), Contains("ghp_0123456789"));
  EXPECT_THAT(parts_of_login("u", ""), IsEmpty());
}

TEST(PartsOfAddress, AreUserinfoAndValuesOfTheQuery) {
  EXPECT_THAT(parts_of_address("https://u:p%40w@h/?x=1&token=a%20b"),
              UnorderedElementsAre("p@w", base64_encode("u:p@w"), "x=1&token=a%20b", "a b"));
  EXPECT_THAT(parts_of_address("https://h/x"), IsEmpty());
  EXPECT_THAT(parts_of_proxy("u:p%40w@h:1"), Contains("p@w"));
  EXPECT_THAT(parts_of_proxy("h:1"), IsEmpty());
}

TEST(PartsOfAddress, AreParametersOfThePathAndArgumentsOfExt) {
  EXPECT_THAT(parts_of_address("https://h/x;v=1;token=a%20b"), UnorderedElementsAre("a b"));
  EXPECT_THAT(parts_of_address("ext::sh -c 'read pw'"), UnorderedElementsAre("-c 'read pw'"));
  EXPECT_THAT(parts_of_address("ext::/bin/connect"), IsEmpty());
  EXPECT_EQ(redact_url_and_query("ext::sh -c 'read pw'"), "ext::sh REDACTED");
  EXPECT_EQ(redact_url_and_query("ext::/bin/connect"), "ext::/bin/connect");
}

TEST(PartsOfCapability, AreThePathIfNobodyCanGuessIt) {
  const auto secrets =
      parts_of_capability("https://hooks.example/services/T0/B0/0123456789abcdefXYZ");
  EXPECT_THAT(secrets, Contains("/services/T0/B0/0123456789abcdefXYZ"));
  EXPECT_THAT(secrets, Contains("0123456789abcdefXYZ"));
  EXPECT_THAT(parts_of_capability("http://h/hook"), IsEmpty());
}

TEST(ShowOrigin, HidesAllButSchemeAndHost) {
  EXPECT_EQ(show_origin("https://h:1/a/b?c"), "https://h:1/REDACTED");
  EXPECT_EQ(show_origin("https://h?c=d"), "https://h/REDACTED");
  EXPECT_EQ(show_origin("https://u:p@h/a"), "https://u:REDACTED@h/REDACTED");
  EXPECT_EQ(show_origin("https://h/"), "https://h/");
  EXPECT_EQ(show_origin("https://h"), "https://h");
  EXPECT_EQ(show_origin("https:/h/a"), "https:/h/REDACTED");
  EXPECT_EQ(show_origin("h:80/a"), "h:80/REDACTED");
  EXPECT_EQ(show_origin(""), "");
}

TEST(PartsOfCommand, ArePasswordsAndUserinfo) {
  EXPECT_THAT(parts_of_command("sshpass -p hunter2 ssh"), UnorderedElementsAre("hunter2"));
  EXPECT_THAT(parts_of_command("x --proxy=http://u:pw@h"), Contains("pw"));
  EXPECT_THAT(parts_of_command("ssh -i /key"), IsEmpty());
}

TEST(PartsOfCommand, AreWhatFollowsTheProgramInOptionsOfSsh) {
  for (const char* command :
       {"ssh -o 'ProxyCommand=nc --auth u:pw %h'", R"(ssh "-oproxycommand nc  --auth u:pw %h" -v)",
        R"(ssh -o KnownHostsCommand="nc --auth u:pw %h")"}) {
    EXPECT_THAT(parts_of_command(command), UnorderedElementsAre("--auth u:pw %h")) << command;
  }
  for (const char* command : {"ssh -o ProxyCommand=none", "ssh -oProxyCommand=/bin/connect -v",
                              "/opt/my-command -v --x", "command ssh"}) {
    EXPECT_THAT(parts_of_command(command), IsEmpty()) << command;
  }
}

TEST(PartsOfHook, AreTheArgumentsThatAreNoPartOfAPath) {
  EXPECT_THAT(parts_of_hook("/hook --header 'x: pw' y"),
              UnorderedElementsAre("--header 'x: pw' y"));
  EXPECT_THAT(parts_of_hook("env API_TOKEN=pw /hook"), UnorderedElementsAre("pw"));
  EXPECT_THAT(parts_of_hook("/my hooks/run-all.sh"), IsEmpty());
  EXPECT_THAT(parts_of_hook("/hook"), IsEmpty());
}

TEST(Base64, IsThatOfRfc4648) {
  for (const auto& [text, code] : std::vector<std::pair<std::string, std::string>>{
           {"f", "Zg=="}, {"fo", "Zm8="}, {"foo", "Zm9v"}, {"\xff\xfe\xfd", "//79"}}) {
    EXPECT_EQ(base64_encode(text), code);
    EXPECT_EQ(base64_decode(code), text);
  }
  for (const char* text : {"", "Zg", "Zg=", "====", "Zm9v\n", "Z!==", "Zg==Zg=="}) {
    EXPECT_FALSE(base64_decode(text)) << text;
  }
}

}  // namespace
}  // namespace gitsync::util
