// SPDX-License-Identifier: Apache-2.0
// The client against a real registry, and with what skopeo (and oras, where it is installed) writes
// and reads there.
#include "support/registry.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>

#include "archive/writer.h"
#include "oci/client.h"
#include "oci/manifest.h"
#include "util/environment.h"
#include "util/fd.h"
#include "util/files.h"
#include "util/process.h"
#include "util/sha256.h"
#include "util/text.h"

namespace gitsync::oci {
namespace {

using test::Registry;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using util::ErrorKind;

util::Limit in_time() { return util::Limit{}.within(std::chrono::seconds(60)); }

Descriptor describe(std::string_view bytes) {
  return {.media_type = std::string(kTarGzip),
          .digest = "sha256:" + util::sha256_hex(bytes),
          .size = bytes.size()};
}

struct Layer {
  std::string bytes;
  std::string tar_sha256;
};

// A tar.gz with one file, as skopeo compresses what is not compressed.
Layer layer_with(const std::string& content) {
  Layer layer;
  auto writer = archive::Writer::create(
                    [&](std::string_view piece) -> util::Result<void> {
                      layer.bytes += piece;
                      return {};
                    },
                    {})
                    .value();
  EXPECT_TRUE(writer.add({.path = "dag.py", .size = content.size()}));
  EXPECT_TRUE(writer.write(content));
  layer.tar_sha256 = writer.finish()->tar_sha256;
  return layer;
}

std::optional<Login> right_login() {
  return Login{.username = Registry::kUser, .password = Registry::kPassword, .identity_token = {}};
}

class RegistryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!Registry::is_available()) GTEST_SKIP() << "docker-registry is not installed";
  }

  Client client(const Registry& registry, const std::string& repository,
                std::optional<Login> login = {}) {
    const auto reference = parse_reference("oci://" + registry.host() + "/" + repository).value();
    return Client::create(reference, {.login = std::move(login)}).value();
  }

  // Pushes an image with one file of that content; returns its manifest's digest.
  std::string push(Client& client, const std::string& content, const std::string& tag) {
    const auto [layer, tar_sha256] = layer_with(content);
    const auto image = make_image({.layer = describe(layer),
                                   .tar_sha256 = tar_sha256,
                                   .revision = "abc",
                                   .source = "https://git.example/dags",
                                   .created = std::chrono::sys_seconds()});
    for (const auto& result :
         {client.push_blob(describe(layer), layer, in_time()),
          client.push_blob(image.config_descriptor, image.config, in_time()),
          client.push_manifest(image.manifest_descriptor, image.manifest, tag, in_time())}) {
      EXPECT_TRUE(result) << result.error().message;
    }
    return image.manifest_descriptor.digest;
  }

  // The layer behind a tag.
  util::Result<std::string> pull(Client& client, const std::string& version) {
    GS_TRY(const auto head, client.head(version, in_time()));
    GS_TRY(auto document, client.manifest(head.digest, in_time()));
    if (is_index(document.bytes, document.descriptor.media_type)) {
      GS_TRY(const auto index, parse_index(document.bytes));
      GS_TRY(document, client.manifest(index.manifest.digest, in_time()));
    }
    GS_TRY(const auto manifest, parse_manifest(document.bytes));
    std::string layer;
    GS_TRY_VOID(client.blob(
        manifest.layer,
        [&](std::string_view piece) -> util::Result<void> {
          layer += piece;
          return {};
        },
        in_time()));
    return layer;
  }

  std::string run(std::vector<std::string> argv) {
    util::SystemProcessRunner runner;
    const auto result = runner.run({.argv = std::move(argv)}, util::Environment::from(environ),
                                   util::Limit{}.within(std::chrono::minutes(2)));
    EXPECT_TRUE(result && result->ok())
        << (result ? result->standard_error : result.error().error.message);
    return result ? result->standard_output : "";
  }
  static bool has_program(const std::string& name) {
    return std::system(("command -v " + name + " >/dev/null").c_str()) == 0;
  }
};

TEST_F(RegistryTest, WhatIsPushedIsPulled) {
  const Registry registry(Registry::Login::kNone);
  auto writer = client(registry, "org/dags");
  const auto digest = push(writer, "layer one", "main");
  EXPECT_EQ(writer.head("main", in_time())->digest, digest);
  EXPECT_EQ(writer.head("main", in_time())->media_type, kImageManifest);
  EXPECT_EQ(writer.head(digest, in_time())->digest, digest);
  EXPECT_EQ(pull(writer, "main").value(), layer_with("layer one").bytes);

  const auto second = push(writer, "layer two", "main");
  EXPECT_NE(second, digest);
  EXPECT_EQ(writer.head("main", in_time())->digest, second) << "the tag has moved";
  EXPECT_EQ(pull(writer, digest).value(), layer_with("layer one").bytes)
      << "the old one is still there";
}

TEST_F(RegistryTest, PollsKeepTheirConnection) {
  const Registry registry(Registry::Login::kNone);
  auto writer = client(registry, "org/dags");
  push(writer, "layer", "main");
  auto reader = client(registry, "org/dags");
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(reader.head("main", in_time()));
  EXPECT_EQ(reader.traffic().requests, 20U);
  EXPECT_EQ(reader.traffic().connections, 1U);
}

TEST_F(RegistryTest, LongBlobsGoInPieces) {
  const Registry registry(Registry::Login::kNone);
  auto writer = client(registry, "org/dags");
  std::string blob;
  while (blob.size() < (std::size_t{20} << 20)) blob += std::to_string(blob.size()) + " ";
  test::TempDir dir;
  ASSERT_TRUE(util::write_file(dir / "blob", blob));
  const util::Fd file(::open((dir / "blob").c_str(), O_RDONLY | O_CLOEXEC));
  const auto pushed = writer.push_blob(describe(blob), file.get(), in_time());
  ASSERT_TRUE(pushed) << pushed.error().message;
  EXPECT_TRUE(writer.has_blob(describe(blob).digest, in_time()).value());
  push(writer, blob, "main");
  EXPECT_TRUE(pull(writer, "main").value() == layer_with(blob).bytes);
}

TEST_F(RegistryTest, ABlobThatIsThereIsNotSentAgain) {
  const Registry registry(Registry::Login::kNone);
  auto writer = client(registry, "org/dags");
  const std::string blob(1 << 20, 'x');
  ASSERT_TRUE(writer.push_blob(describe(blob), blob, in_time()));
  const auto sent = writer.traffic().bytes_sent;
  ASSERT_TRUE(writer.push_blob(describe(blob), blob, in_time()));
  EXPECT_LT(writer.traffic().bytes_sent - sent, 10000U);
}

TEST_F(RegistryTest, SaysWhatIsNotThere) {
  const Registry registry(Registry::Login::kNone);
  auto reader = client(registry, "org/dags");
  const auto unknown = reader.manifest("main", in_time());
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(unknown.error().message,
            "manifest " + registry.host() +
                "/org/dags:main: the registry does not have it: status 404 (MANIFEST_UNKNOWN: "
                "manifest unknown)");
  const auto head = reader.head("main", in_time());
  ASSERT_FALSE(head);
  EXPECT_EQ(head.error().kind, ErrorKind::kNotFound);
}

TEST_F(RegistryTest, LogsInWithAPassword) {
  const Registry registry(Registry::Login::kBasic);
  auto writer = client(registry, "org/dags", right_login());
  push(writer, "layer", "main");
  EXPECT_EQ(pull(writer, "main").value(), layer_with("layer").bytes);

  auto anybody = client(registry, "org/dags");
  const auto refused = anybody.head("main", in_time());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kAuth);
  EXPECT_EQ(refused.error().cause, util::Cause::kCredentialsMissing);

  auto liar = client(registry, "org/dags", Login{.username = "reader", .password = "wr0ng"});
  const auto wrong = liar.manifest("main", in_time());
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().cause, util::Cause::kCredentialsRefused);
  EXPECT_THAT(wrong.error().message, HasSubstr("refuses the login: status 401 (UNAUTHORIZED: "));
  EXPECT_THAT(wrong.error().message, ::testing::Not(HasSubstr("wr0ng")));
}

TEST_F(RegistryTest, GetsTokensForAPasswordAndKeepsThem) {
  const Registry registry(Registry::Login::kToken);
  auto writer = client(registry, "org/dags", right_login());
  push(writer, "layer", "main");
  EXPECT_EQ(pull(writer, "main").value(), layer_with("layer").bytes);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(writer.head("main", in_time()));
  EXPECT_THAT(registry.token_requests(),
              ElementsAre("GET reader repository:org/dags:pull", HasSubstr("push"),
                          "GET reader repository:org/dags:pull"))
      << "what the registry asks for: to look, to push, to pull";
}

TEST_F(RegistryTest, GetsTokensForAnIdentityToken) {
  const Registry registry(Registry::Login::kToken);
  auto writer = client(registry, "org/dags", right_login());
  push(writer, "layer", "main");
  auto reader = client(registry, "org/dags", Login{.identity_token = Registry::kIdentityToken});
  EXPECT_EQ(pull(reader, "main").value(), layer_with("layer").bytes);
  EXPECT_EQ(registry.token_requests().back(), "POST reader repository:org/dags:pull");
}

TEST_F(RegistryTest, GetsTokensThatAnybodyMayHave) {
  const Registry registry(Registry::Login::kToken);
  auto writer = client(registry, "public/dags", right_login());
  push(writer, "layer", "main");
  auto anybody = client(registry, "public/dags");
  EXPECT_EQ(pull(anybody, "main").value(), layer_with("layer").bytes);
  EXPECT_EQ(registry.token_requests().back(), "GET anybody repository:public/dags:pull");

  auto private_one = client(registry, "org/dags");
  const auto refused = private_one.head("main", in_time());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().cause, util::Cause::kCredentialsMissing);
  auto liar = client(registry, "org/dags", Login{.username = "reader", .password = "wr0ng"});
  const auto wrong = liar.head("main", in_time());
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().kind, ErrorKind::kAuth);
  EXPECT_EQ(wrong.error().message, "token for " + registry.host() +
                                       ": the registry refuses the login: status 401 "
                                       "(UNAUTHORIZED: bad login)");
}

TEST_F(RegistryTest, SkopeoReadsWhatWePush) {
  if (!has_program("skopeo")) GTEST_SKIP() << "skopeo is not installed";
  const Registry registry(Registry::Login::kBasic);
  auto writer = client(registry, "org/dags", right_login());
  const auto digest = push(writer, "layer", "main");
  test::TempDir dir;
  const auto creds = std::string(Registry::kUser) + ":" + Registry::kPassword;
  run({"skopeo", "copy", "--insecure-policy", "--src-tls-verify=false", "--src-creds", creds,
       "docker://" + registry.host() + "/org/dags:main", "oci:" + (dir / "copy") + ":main"});
  const auto layer = layer_with("layer").bytes;
  EXPECT_EQ(util::read_file(dir / "copy/blobs/sha256/" + util::sha256_hex(layer)).value_or(""),
            layer);
  const auto raw = run({"skopeo", "inspect", "--raw", "--tls-verify=false", "--creds", creds,
                        "docker://" + registry.host() + "/org/dags:main"});
  EXPECT_EQ("sha256:" + util::sha256_hex(raw), digest);
}

TEST_F(RegistryTest, ReadsWhatSkopeoPushes) {
  if (!has_program("skopeo")) GTEST_SKIP() << "skopeo is not installed";
  const Registry registry(Registry::Login::kToken);
  const auto creds = std::string(Registry::kUser) + ":" + Registry::kPassword;
  auto writer = client(registry, "org/first", right_login());
  push(writer, "layer", "main");
  run({"skopeo", "copy", "--insecure-policy", "--src-tls-verify=false", "--dest-tls-verify=false",
       "--src-creds", creds, "--dest-creds", creds,
       "docker://" + registry.host() + "/org/first:main",
       "docker://" + registry.host() + "/org/second:copy"});
  auto reader = client(registry, "org/second", right_login());
  EXPECT_EQ(pull(reader, "copy").value(), layer_with("layer").bytes);
}

class OrasTest : public RegistryTest {
 protected:
  void SetUp() override {
    RegistryTest::SetUp();
    util::SystemProcessRunner runner;
    const auto found = runner.run({.argv = {GITSYNC_SOURCE_DIR "/tools/oras.sh", "--cached"}},
                                  util::Environment::from(environ), in_time());
    if (!found || !found->ok()) GTEST_SKIP() << (found ? found->standard_error : "no oras.sh");
    oras = util::trim(found->standard_output);
  }
  std::string oras;
};

TEST_F(OrasTest, ReadsWhatWePush) {
  const Registry registry(Registry::Login::kNone);
  auto writer = client(registry, "org/dags");
  const auto digest = push(writer, "layer", "main");
  const auto name = registry.host() + "/org/dags:main";
  EXPECT_THAT(run({oras, "manifest", "fetch", "--plain-http", "--descriptor", name}),
              HasSubstr(digest));
  test::TempDir dir;
  const auto layer = layer_with("layer").bytes;
  run({oras, "blob", "fetch", "--plain-http", "--output", dir / "layer",
       registry.host() + "/org/dags@" + describe(layer).digest});
  EXPECT_EQ(util::read_file(dir / "layer").value_or(""), layer);
}

// As people publish a folder without us.
TEST_F(OrasTest, ReadsWhatOrasPushes) {
  const Registry registry(Registry::Login::kNone);
  test::TempDir dir;
  const auto layer = layer_with("layer").bytes;
  ASSERT_TRUE(util::write_file(dir / "tree.tgz", layer));
  run({"sh", "-c", "cd \"$1\" && \"$2\" push --plain-http \"$3\" \"tree.tgz:$4\"", "sh", dir.path(),
       oras, registry.host() + "/org/dags:main", std::string(kTarGzip)});
  auto reader = client(registry, "org/dags");
  EXPECT_EQ(pull(reader, "main").value(), layer);
}

}  // namespace
}  // namespace gitsync::oci
