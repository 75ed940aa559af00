// SPDX-License-Identifier: Apache-2.0
#include "config/git_config_pairs.h"

#include <gtest/gtest.h>

#include <random>

namespace gitsync::config {
namespace {

using Pairs = GitConfigPairs;

Pairs pairs(std::string_view text) {
  const auto parsed = parse_git_config(text);
  EXPECT_TRUE(parsed.has_value()) << text;
  return parsed.value_or(Pairs{});
}

TEST(GitConfig, ReadsPairsSeparatedByCommas) {
  EXPECT_EQ(pairs(""), Pairs{});
  EXPECT_EQ(pairs("k.a:v"), (Pairs{{"k.a", "v"}}));
  EXPECT_EQ(pairs("k.a:v,k.b:w"), (Pairs{{"k.a", "v"}, {"k.b", "w"}}));
  EXPECT_EQ(pairs("k.a:v,"), (Pairs{{"k.a", "v"}}));
  EXPECT_EQ(pairs("k.a:v,k.a:w"), (Pairs{{"k.a", "v"}, {"k.a", "w"}}));
  EXPECT_EQ(pairs("k.a:v:w"), (Pairs{{"k.a", "v:w"}}));
}

TEST(GitConfig, BlanksAreSignificant) {
  EXPECT_EQ(pairs(" k a : v w , b:c"), (Pairs{{" k a ", " v w "}, {" b", "c"}}));
}

TEST(GitConfig, QuotesMayHoldSeparators) {
  EXPECT_EQ(pairs(R"("a:b,c":"d:e,f")"), (Pairs{{"a:b,c", "d:e,f"}}));
  EXPECT_EQ(pairs(R"(k:"a b",l:"")"), (Pairs{{"k", "a b"}, {"l", ""}}));
  EXPECT_EQ(pairs(R"("":x)"), (Pairs{{"", "x"}}));
  EXPECT_EQ(pairs(R"(k:"v",)"), (Pairs{{"k", "v"}}));
  // Not at the beginning, a quote is a character like others.
  EXPECT_EQ(pairs(R"(k:a"b)"), (Pairs{{"k", "a\"b"}}));
}

TEST(GitConfig, EscapesCountInQuotesAndPlainValues) {
  const std::string special = "x\n\t\",\\";
  EXPECT_EQ(pairs(R"(k:"x\n\t\"\,\\")"), (Pairs{{"k", special}}));
  EXPECT_EQ(pairs(R"("x\n\t\"\,\\":v)"), (Pairs{{special, "v"}}));
  EXPECT_EQ(pairs(R"(k:x\n\t\"\,\\,l:w)"), (Pairs{{"k", special}, {"l", "w"}}));
  EXPECT_EQ(pairs(R"(a\nb,c:v)"), (Pairs{{"a\\nb,c", "v"}}));
}

TEST(GitConfig, TheFirstPlainCharacterIsLiteral) {
  EXPECT_EQ(pairs("a.k:,b:x"), (Pairs{{"a.k", ",b:x"}}));
  EXPECT_EQ(pairs(R"(a.k:\nx)"), (Pairs{{"a.k", "\\nx"}}));
  EXPECT_EQ(pairs(":a:b"), (Pairs{{":a", "b"}}));
  EXPECT_EQ(pairs(",a:b"), (Pairs{{",a", "b"}}));
  EXPECT_EQ(pairs(R"(k:\)"), (Pairs{{"k", "\\"}}));
}

TEST(GitConfig, RefusesBrokenGrammarWithoutRepeatingIt) {
  for (const char* text : {"secret", "k:v,secret", "k:", R"("k":)", R"("secret)", R"(k:"secret)",
                           R"("k"secret:v)", R"(k:"v"secret)", R"(k:secret\x)", R"(k:secret\)",
                           R"(k:"secret\)", R"(k:"\x")", ",", "k:v,,"}) {
    const auto parsed = parse_git_config(text);
    ASSERT_FALSE(parsed.has_value()) << text;
    EXPECT_EQ(parsed.error().kind, util::ErrorKind::kInvalid);
    EXPECT_EQ(parsed.error().message.find("secret"), std::string::npos);
    EXPECT_NE(parsed.error().message.find("(character "), std::string::npos);
  }
}

TEST(GitConfig, AnyBytesEitherParseOrAreRefused) {
  std::mt19937 random(7);
  constexpr std::string_view kAlphabet = "ab:,\"\\n \xff";
  for (int i = 0; i < 20000; ++i) {
    std::string text;
    for (std::size_t n = random() % 12; n > 0; --n) text += kAlphabet[random() % kAlphabet.size()];
    const auto parsed = parse_git_config(text);
    if (!parsed) {
      EXPECT_FALSE(parsed.error().message.empty());
    } else {
      EXPECT_EQ(parsed->empty(), text.empty());
    }
    redact_git_config(text);
  }
}

TEST(GitConfig, HidesValuesThatCarrySecrets) {
  EXPECT_EQ(redact_git_config("http.extraHeader:Authorization: Basic c2VjcmV0,gc.b:c"),
            "http.extraHeader:REDACTED,gc.b:c");
  EXPECT_EQ(redact_git_config(R"("http.https://h/.EXTRAHEADER":secret)"),
            "http.https://h/.EXTRAHEADER:REDACTED");
  EXPECT_EQ(redact_git_config("http.proxy:http://u:secret@proxy:3128,gc.b:c"),
            "http.proxy:http://u:REDACTED@proxy:3128,gc.b:c");
  EXPECT_EQ(redact_git_config(R"("url.https://hunter2@h/.insteadOf":"https://h/")"),
            R"("url.https://REDACTED@h/.insteadOf":"https://h/")");
  EXPECT_EQ(redact_git_config("credential.helper:!f() { echo password=secret; }; f"),
            "credential.helper:REDACTED");
  EXPECT_EQ(redact_git_config("http.proxy:u:secret@proxy:3128,gc.b:c"),
            "http.proxy:u:REDACTED@proxy:3128,gc.b:c");
  EXPECT_EQ(redact_git_config("core.sshCommand:sshpass -p secret ssh"), "core.sshCommand:REDACTED");
  EXPECT_EQ(redact_git_config("http.extraHeader secret"), "REDACTED");
  EXPECT_EQ(redact_git_config("http.lowSpeedLimit:1000,gc.b:c"), "http.lowSpeedLimit:1000,gc.b:c");
}

}  // namespace
}  // namespace gitsync::config
