// SPDX-License-Identifier: Apache-2.0
#include "config/credentials.h"

#include <gtest/gtest.h>

#include <random>

namespace gitsync::config {
namespace {

TEST(Credentials, ReadsAnObjectOrAListOrNothing) {
  EXPECT_TRUE(parse_credentials("")->empty());
  EXPECT_TRUE(parse_credentials(" \n\t ")->empty());
  EXPECT_TRUE(parse_credentials("[]")->empty());
  const auto one = parse_credentials(
      " {\"url\":\"https://h\",\"username\":\"u\",\"password\":\"p\",\"password-file\":\"f\"}\n");
  ASSERT_TRUE(one.has_value());
  ASSERT_EQ(one->size(), 1U);
  EXPECT_EQ(one->front().url, "https://h");
  EXPECT_EQ(one->front().username, "u");
  EXPECT_EQ(one->front().password, "p");
  EXPECT_EQ(one->front().password_file, "f");
  const auto two = parse_credentials(R"([{"url":"a"},{"url":"b","password":null}])");
  ASSERT_TRUE(two.has_value());
  ASSERT_EQ(two->size(), 2U);
  EXPECT_EQ(two->back().url, "b");
}

TEST(Credentials, KeysComeInAnyCaseAndTheFirstValueCounts) {
  const auto one =
      parse_credentials(R"({"URL":"https://h","Username":"u","PASSWORD":"p"}, and more)");
  ASSERT_TRUE(one.has_value());
  ASSERT_EQ(one->size(), 1U);
  EXPECT_EQ(one->front().url, "https://h");
  EXPECT_EQ(one->front().username, "u");
  EXPECT_EQ(one->front().password, "p");
}

TEST(Credentials, RefusesTheRestWithoutRepeatingIt) {
  for (const char* text :
       {"hunter2", "\"hunter2\"", "1", "null", "{\"hunter2", R"({"password":"hunter2")",
        R"({"password":hunter2})", R"({"passwd":"hunter2"})", R"({"hunter2":""})",
        R"({"password":["hunter2"]})", R"({"password":2})", R"(["hunter2"])",
        R"([{"url":"a"},"hunter2"])", R"({"password":"hunter2\x"})", R"({"password":1e9999})",
        "[[[[[["}) {
    const auto parsed = parse_credentials(text);
    ASSERT_FALSE(parsed.has_value()) << text;
    EXPECT_EQ(parsed.error().kind, util::ErrorKind::kInvalid);
    EXPECT_EQ(parsed.error().message.find("hunter"), std::string::npos) << parsed.error().message;
    EXPECT_EQ(parsed.error().hint.find("hunter"), std::string::npos);
  }
  EXPECT_EQ(parse_credentials(R"({"passwd":"x"})").error().message, "unknown key \"passwd\"");
  EXPECT_EQ(parse_credentials(R"([{},{"URI":"x"}])").error().message, "element 2: unknown key");
}

TEST(Credentials, AreShownWithoutPasswords) {
  EXPECT_EQ(show_credentials({}), "[]");
  EXPECT_EQ(show_credentials({{.url = "https://x:hunter2@h",
                               .username = "u",
                               .password = "hunter2",
                               .password_file = ""},
                              {.url = "l", .username = "\xff", .password_file = "/f"}}),
            "[{\"url\":\"https://x:REDACTED@h\",\"username\":\"u\",\"password\":\"REDACTED\"},"
            "{\"url\":\"l\",\"username\":\"\ufffd\",\"password-file\":\"/f\"}]");
}

TEST(Credentials, AnyBytesEitherParseOrAreRefused) {
  const std::string sample = R"([{"url":"a","username":"b","password":"c"},{"password-file":"d"}])";
  std::mt19937 random(11);
  int refused = 0;
  for (int i = 0; i < 5000; ++i) {
    std::string text = sample;
    for (int n = 0; n < 2; ++n) text[random() % text.size()] = static_cast<char>(random() % 256);
    if (!parse_credentials(text)) ++refused;
  }
  EXPECT_GT(refused, 1000);
}

TEST(Credentials, DeepNestingIsRefusedWithoutOverflow) {
  EXPECT_FALSE(parse_credentials(std::string(100'000, '[')).has_value());
}

}  // namespace
}  // namespace gitsync::config
