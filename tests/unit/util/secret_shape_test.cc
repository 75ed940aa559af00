// SPDX-License-Identifier: Apache-2.0
#include "util/secret_shape.h"

#include <gtest/gtest.h>

#include <chrono>

#include "util/token.h"

namespace gitsync::util {
namespace {

struct Case {
  std::string text;
  std::string shown;
};

TEST(RedactShapes, HidesSecretsThatNobodyToldUsOf) {
  for (const Case& c : std::vector<Case>{
           // Addresses.
           {"Unsupported proxy syntax in 'http://u:pw@proxy:99999999'",
            "Unsupported proxy syntax in 'http://u:REDACTED@proxy:99999999'"},
           {"clone of 'ssh://u:pw@h/x' failed", "clone of 'ssh://u:REDACTED@h/x' failed"},
           {"https://0123456789abcdefghij:x@h/", "https://REDACTED:REDACTED@h/"},
           {"https://h/x?a=b&private_token=pw&c", "https://h/x?a=b&private_token=REDACTED&c"},
           {"https://h/x#a=b&token=pw", "https://h/x#a=b&token=REDACTED"},
           {"https://h/x#access_token=pw", "https://h/x#access_token=REDACTED"},
           {"clone of https://h/a;v=1;token=pw failed",
            "clone of https://h/a;v=1;token=REDACTED failed"},
           {"'https://h/a;Private-Token=p;w/b.git'", "'https://h/a;Private-Token=REDACTED'"},
           {"GET /x?Access_Token=pw HTTP/1.1", "GET /x?Access_Token=REDACTED HTTP/1.1"},
           // Headers.
           {"> Authorization: Basic dTpw", "> Authorization: Basic REDACTED"},
           {"authorization: bearer abc\r\nHost: h", "authorization: bearer REDACTED\r\nHost: h"},
           {R"({"Authorization": "token abc", "x": 1})",
            R"({"Authorization": "token REDACTED", "x": 1})"},
           {R"(stderr: "{\"Authorization\":\"pw\"}")",
            R"(stderr: "{\"Authorization\":\"REDACTED\"}")"},
           {R"(a\nProxy-Authorization: Basic pw\nb)",
            R"(a\nProxy-Authorization: Basic REDACTED\nb)"},
           {"PRIVATE-TOKEN: pw", "PRIVATE-TOKEN: REDACTED"},
           {"Set-Cookie: a=b; c", "Set-Cookie: REDACTED"},
           {"got Bearer abc-123456", "got Bearer REDACTED"},
           {"got Basic dTpodW50ZXIy.", "got Basic dTpodW50ZXIy."},  // a dot is no base64
           {"got Basic dTpodW50ZXIy", "got Basic REDACTED"},
           // Tokens.
           {"token ghp_0123456789, gho_0123456789", "token REDACTED, REDACTED"},
           {"'github_pat_11ABCDEFG_xyz'", "'REDACTED'"},
           {"glpat-abc_DEF-1234 xoxb-123456789-abc", "REDACTED REDACTED"},
           {R"(a\nghp_0123456789)", R"(a\nREDACTED)"},
           {"AKIAIOSFODNN7EXAMPLE", "REDACTED"},
           {"eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOjF9.c2ln!", "REDACTED!"},
           // Keys.
           {"-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----.",
            "-----BEGIN RSA PRIVATE KEY-----REDACTED-----END RSA PRIVATE KEY-----."},
           {R"(-----BEGIN PRIVATE KEY-----\nMII cut)", "-----BEGIN PRIVATE KEY-----REDACTED"},
           // Commands.
           {"sshpass -p pw ssh -v", "sshpass -p REDACTED ssh -v"},
           {"sshpass -ppw ssh", "sshpass -pREDACTED ssh"},
           {"/usr/bin/sshpass -v -P prompt -p 'p w' ssh",
            "/usr/bin/sshpass -v -P prompt -p 'REDACTED' ssh"},
           {R"("sshpass -p \"p w\" ssh")", R"("sshpass -p \"REDACTED\" ssh")"},
           {"SSHPASS='p w' sshpass -e ssh", "SSHPASS='REDACTED' sshpass -e ssh"},
           {"env SSHPASS=pw sshpass -e", "env SSHPASS=REDACTED sshpass -e"},
           {"username=u\npassword=pw\n", "username=u\npassword=REDACTED\n"},
           {"--password=pw --x", "--password=REDACTED --x"},
       }) {
    EXPECT_EQ(redact_shapes(c.text), c.shown);
    EXPECT_EQ(redact_shapes(redact_shapes(c.text)), c.shown) << "twice";
  }
}

TEST(RedactShapes, LeavesOrdinaryMessagesAlone) {
  for (const std::string text : {"",
                                 "fatal: Authentication failed for 'https://h/x/'",
                                 "HTTP Basic: Access denied",
                                 "Basic authentication is required",
                                 "the Bearer of bad news",
                                 "use a bearer token",
                                 "git@github.com: Permission denied (publickey).",
                                 "ssh://git@host:22/x",
                                 "ghp_ is the prefix of tokens",
                                 "xghp_0123456789",
                                 "--username needs a password",
                                 "password: wrong",
                                 "--password-file=/etc/token",
                                 "https://h/x?version=2&page=3",
                                 "https://h/x;version=2;page=3",
                                 "Cookies; token = a word; key",
                                 "see --token; keys=all",
                                 "-----BEGIN PRIVATE KEY-----",
                                 "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----",
                                 "sshpass -e ssh",
                                 "sshpass: not found",
                                 "sshpass -f /file ssh -p 22",
                                 "token",
                                 "eyJ.eyJ",
                                 "0123456789abcdef0123456789abcdef01234567",
                                 "cookies are sent",
                                 "cookie file: "}) {
    EXPECT_EQ(redact_shapes(text), text);
  }
}

TEST(RedactShapes, AreLinearInWhatServersSend) {
  const auto start = std::chrono::steady_clock::now();
  for (const std::string piece :
       {"-----BEGIN ", "eyJ-", "?", "?&", ";", ";a", "ghp_", "://", "a://b@", "sshpass -",
        "authorization", "authorization: ", "cookie\"", "bearer ", "basic aaaa", "\\", "eyJ.",
        "-----", "http://"}) {
    std::string text;
    while (text.size() < 256 * 1024) text += piece;
    redact_shapes(text);
  }
  // Milliseconds; what is not linear takes minutes.
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(10));
}

TEST(LooksLikeToken, TellsTokensFromNames) {
  for (const char* text :
       {"ghp_0123456789", "glpat-0123456789", "0123456789abcdef0123", "x.0123456789abcdefghij"}) {
    EXPECT_TRUE(looks_like_token(text)) << text;
  }
  for (const char* text : {"", "git", "x-access-token", "oauth2", "some.body@example.com",
                           "svc-deploy-bot-production-01", "123e4567-e89b-12d3-a456-426614174000",
                           "aVeryLongNameWithoutAnyDigits", "01234567890123456789"}) {
    EXPECT_FALSE(looks_like_token(text)) << text;
  }
}

}  // namespace
}  // namespace gitsync::util
