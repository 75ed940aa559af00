// SPDX-License-Identifier: Apache-2.0
// SSL_CERT_FILE and SSL_CERT_DIR, by real handshakes.
#include "net/trust.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/x509_vfy.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>

#include "net/http_client.h"
#include "net/session.h"
#include "support/temp_dir.h"
#include "support/tls_server.h"
#include "util/files.h"

namespace gitsync::net {
namespace {

using testing::HasSubstr;

struct TrustTest : testing::Test {
  TrustTest() {
    std::filesystem::create_directories(dir / "empty");
    std::filesystem::create_directories(dir / "plain/folder");
    std::filesystem::create_directories(dir / "linked");
    std::filesystem::create_directories(dir / "others");
    put("ca.pem", ours.certificate());
    put("plain/whatever.txt", ours.certificate());
    put("plain/noise", "-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n");
    put("others/a.pem", other.certificate());
    put("other.pem", other.certificate());
    put("nothing.pem", "no certificate");
    put("both.pem", "# a comment\n" + other.certificate() +
                        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" +
                        ours.certificate());
    std::filesystem::create_symlink(dir / "ca.pem", dir / "linked/0123abcd.0");
  }

  void put(const std::string& name, const std::string& text) {
    ASSERT_TRUE(util::write_file(dir / name, text));
  }
  util::Result<Response> get(const TrustVariables& trust) {
    return HttpClient({.trust = trust})
        .send({.url = server.url()}, util::Limit{}.within(std::chrono::seconds(20)));
  }

  test::TempDir dir;
  const test::Authority ours{"Ours"};
  const test::Authority other{"Other"};
  test::TlsServer server{ours.certify_server(), [](const std::string&) {
                           return "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
                         }};
};

TEST_F(TrustTest, FollowsTheRuleOfTheReference) {
  const std::string d = dir.path();
  const struct {
    std::string file;
    std::string dirs;
    bool trusted;
  } rows[] = {
      {d + "/ca.pem", d + "/empty", true},
      {d + "/ca.pem", "", true},
      {d + "/both.pem", d + "/empty", true},
      {"", d + "/plain", true},
      {"", d + "/linked", true},
      {"", d + "/empty:" + d + "/plain", true},
      {"", d + "/plain:" + d + "/empty", true},
      {"", d + "/missing:" + d + "/others:" + d + "/plain", true},
      {"", ":" + d + "/plain:", true},
      {d + "/missing", d + "/plain", true},
      {d + "/empty", d + "/plain", true},
      {d + "/nothing.pem", d + "/plain", true},
      {d + "/other.pem", d + "/plain", true},
      {d + "/missing", "", false},
      {d + "/missing", d + "/empty", false},
      {d + "/other.pem", d + "/others", false},
      {"", "", false},
      {"", d + "/empty", false},
      {"", d + "/plain/folder", false},
  };
  for (const auto& row : rows) {
    const auto response = get({.cert_file = row.file, .cert_dirs = row.dirs});
    EXPECT_EQ(response.has_value(), row.trusted)
        << row.file << " " << row.dirs << " " << (response ? "" : response.error().message);
    if (!response) {
      EXPECT_THAT(response.error().hint, HasSubstr("SSL_CERT_FILE"));
    }
  }
}

TEST_F(TrustTest, ACertificateThatIsNamedIsTrustedThoughAnotherSignedIt) {
  const auto certified = ours.certify_server();
  put("leaf.pem", certified.certificate);
  test::TlsServer leaf(certified,
                       [](const std::string&) { return "HTTP/1.1 204 No Content\r\n\r\n"; });
  const HttpClient client({.trust = {.cert_file = dir / "leaf.pem", .cert_dirs = dir / "empty"}});
  const auto response =
      client.send({.url = leaf.url()}, util::Limit{}.within(std::chrono::seconds(20)));
  EXPECT_TRUE(response) << response.error().message;
}

TEST_F(TrustTest, AFileThatWasReplacedIsReadAgain) {
  const HttpClient client({.trust = {.cert_file = dir / "mine.pem", .cert_dirs = dir / "empty"}});
  const auto limit = util::Limit{}.within(std::chrono::seconds(20));
  put("mine.pem", other.certificate());
  EXPECT_FALSE(client.send({.url = server.url()}, limit));
  put("new.pem", ours.certificate());
  std::filesystem::rename(dir / "new.pem", dir / "mine.pem");
  EXPECT_TRUE(client.send({.url = server.url()}, limit));
  put("new.pem", other.certificate());
  std::filesystem::rename(dir / "new.pem", dir / "mine.pem");
  EXPECT_FALSE(client.send({.url = server.url()}, limit))
      << "whom the old one named is not trusted";
}

// As Kubernetes does it with a Secret.
TEST_F(TrustTest, ADirectoryWhoseNamesWereReplacedIsReadAgain) {
  const HttpClient client({.trust = {.cert_file = dir / "missing", .cert_dirs = dir / "mounted"}});
  const auto limit = util::Limit{}.within(std::chrono::seconds(20));
  std::filesystem::create_directories(dir / "mounted");
  std::filesystem::create_symlink(dir / "others", dir / "mounted/..data");
  std::filesystem::create_symlink("..data/a.pem", dir / "mounted/a.pem");
  EXPECT_FALSE(client.send({.url = server.url()}, limit));
  std::filesystem::create_directories(dir / "next");
  put("next/a.pem", ours.certificate());
  std::filesystem::create_symlink(dir / "next", dir / "mounted/..data_tmp");
  std::filesystem::rename(dir / "mounted/..data_tmp", dir / "mounted/..data");
  EXPECT_TRUE(client.send({.url = server.url()}, limit));
}

TEST_F(TrustTest, ASessionOpensNewConnectionsByTheNewFile) {
  put("mine.pem", other.certificate());
  Session session(
      SessionOptions::from({.trust = {.cert_file = dir / "mine.pem", .cert_dirs = dir / "empty"}}));
  const auto limit = util::Limit{}.within(std::chrono::seconds(20));
  EXPECT_FALSE(session.send({.url = server.url()}, limit));
  put("new.pem", ours.certificate());
  std::filesystem::rename(dir / "new.pem", dir / "mine.pem");
  const auto now = session.send({.url = server.url()}, limit);
  EXPECT_TRUE(now) << now.error().message;
}

TEST_F(TrustTest, AStoreThatIsNotTheNewestStillFindsItsDirectories) {
  put("mine.pem", other.certificate());
  const Trust trust({.cert_file = dir / "mine.pem", .cert_dirs = dir / "plain"});
  const auto old = trust.store();
  put("mine.pem", ours.certificate() + other.certificate());
  const auto now = trust.store();
  ASSERT_NE(old.get(), now.get());
  const auto certificates_in = [](X509_STORE* store) {
    return sk_X509_OBJECT_num(X509_STORE_get0_objects(store));
  };
  EXPECT_EQ(certificates_in(now.get()), 2);
  trust.load_directories(old.get());
  EXPECT_EQ(certificates_in(old.get()), 2);
}

TEST_F(TrustTest, AFileThatIsGoneForAMomentStillCounts) {
  const HttpClient client({.trust = {.cert_file = dir / "ca.pem", .cert_dirs = dir / "empty"}});
  const auto limit = util::Limit{}.within(std::chrono::seconds(20));
  ASSERT_TRUE(client.send({.url = server.url()}, limit));
  std::filesystem::remove(dir / "ca.pem");
  EXPECT_TRUE(client.send({.url = server.url()}, limit));
}

TEST(TrustVariables, ComeFromTheEnvironment) {
  util::Environment environment;
  environment.set("SSL_CERT_FILE", "f");
  environment.set("SSL_CERT_DIR", "a:b");
  EXPECT_EQ(TrustVariables::from(environment).cert_file, "f");
  EXPECT_EQ(TrustVariables::from(environment).cert_dirs, "a:b");
}

}  // namespace
}  // namespace gitsync::net
