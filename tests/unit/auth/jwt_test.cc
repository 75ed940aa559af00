// SPDX-License-Identifier: Apache-2.0
#include "auth/jwt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "log/hints.h"
#include "support/rsa_key.h"
#include "util/base64.h"

namespace gitsync::auth {
namespace {

using test::jwt_part;
using test::jwt_signed_text;
using testing::HasSubstr;
using testing::Not;

constexpr std::chrono::sys_seconds kNow{std::chrono::seconds(1767323045)};

TEST(Jwt, IsSignedByTheKeyInEitherPemForm) {
  const test::RsaKey key;
  for (const std::string& pem : {key.pkcs1(), key.pkcs8(), "\n" + key.pkcs8() + "\n\n"}) {
    const auto jwt = make_jwt(pem, "12345", kNow);
    ASSERT_TRUE(jwt) << jwt.error().message;
    EXPECT_TRUE(key.verifies(jwt_signed_text(*jwt), jwt_part(*jwt, 2)));
    EXPECT_FALSE(key.verifies(jwt_signed_text(*jwt) + "x", jwt_part(*jwt, 2)));
    EXPECT_EQ(jwt->find_first_of("+/= \n"), std::string::npos);
  }
}

TEST(Jwt, HasTheContractsHeaderAndClaims) {
  const auto jwt = make_jwt(test::RsaKey().pkcs8(), "Iv1.\"x\"", kNow);
  ASSERT_TRUE(jwt);
  EXPECT_EQ(nlohmann::json::parse(jwt_part(*jwt, 0)),
            nlohmann::json({{"alg", "RS256"}, {"typ", "JWT"}}));
  EXPECT_EQ(nlohmann::json::parse(jwt_part(*jwt, 1)),
            nlohmann::json({{"iss", "Iv1.\"x\""}, {"iat", 1767323045}, {"exp", 1767323045 + 600}}));
}

TEST(Jwt, RefusesAnythingButAPlainRsaKeyWithoutShowingIt) {
  const test::RsaKey key;
  std::string damaged = key.pkcs8();
  damaged.resize(damaged.size() / 2);
  constexpr auto kEcKey =
      "-----BEGIN PRIVATE KEY-----\n"
      "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgevZzL1gdAFr88hb2\n"
      "OF/2NxApJCzGCEDdfSp6VQO30hyhRANCAAQRWz+jn65BtOMvdyHKcvjBeBSDZH2r\n"
      "1RTwjmYSi9R/zpBnuQ4EiMnCqfMPWiZqB4QdbAd0E7oH50VpuZ1P087G\n"
      "-----END PRIVATE KEY-----\n";
  for (const std::string& pem : {std::string(), std::string("sekret"), damaged,
                                 key.encrypted_pkcs8(), std::string(kEcKey)}) {
    const auto jwt = make_jwt(pem, "1", kNow);
    ASSERT_FALSE(jwt);
    EXPECT_EQ(jwt.error().kind, util::ErrorKind::kInvalid);
    EXPECT_THAT(jwt.error().message, Not(HasSubstr("sekret")));
    EXPECT_NE(log::hint_of(jwt.error()), "");
  }
  EXPECT_EQ(make_jwt(key.encrypted_pkcs8(), "1", kNow).error().cause,
            util::Cause::kAppKeyEncrypted);
}

std::string with_breaks(std::string pem, std::string_view replacement) {
  for (auto at = pem.find('\n'); at != std::string::npos;
       at = pem.find('\n', at + replacement.size())) {
    pem.replace(at, 1, replacement);
  }
  return pem;
}

TEST(Jwt, DeformedKeysAreRepaired) {
  const test::RsaKey key;
  for (const std::string& pem : {key.pkcs1(), key.pkcs8()}) {
    for (const std::string& deformed :
         {with_breaks(pem, "\\n"), with_breaks(pem, "\\r\\n"), with_breaks(pem, "\r\n"),
          with_breaks(pem, "\r"), with_breaks(pem, " "), with_breaks(pem, "\n    "),
          '"' + with_breaks(pem, "\\n") + '"', "  " + pem, pem.substr(0, pem.size() - 1),
          util::base64_encode(pem), util::base64_encode(with_breaks(pem, "\r\n")) + "\n"}) {
      const auto jwt = make_jwt(deformed, "1", kNow);
      ASSERT_TRUE(jwt) << deformed;
      EXPECT_TRUE(key.verifies(jwt_signed_text(*jwt), jwt_part(*jwt, 2)));
    }
  }
}

TEST(Base64url, MatchesTheVectorsOfRfc4648) {
  EXPECT_EQ(base64url(""), "");
  EXPECT_EQ(base64url("f"), "Zg");
  EXPECT_EQ(base64url("fo"), "Zm8");
  EXPECT_EQ(base64url("foo"), "Zm9v");
  EXPECT_EQ(base64url("foob"), "Zm9vYg");
  EXPECT_EQ(base64url("fooba"), "Zm9vYmE");
  EXPECT_EQ(base64url("foobar"), "Zm9vYmFy");
  EXPECT_EQ(base64url("\xfb\xff\xfe"), "-__-");
}

}  // namespace
}  // namespace gitsync::auth
