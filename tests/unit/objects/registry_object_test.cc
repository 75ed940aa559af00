// SPDX-License-Identifier: Apache-2.0
// An artifact behind registries that a test writes down: what is asked for, and what is said when
// it cannot be had. Real registries: tests/e2e/registry.sh.
#include "objects/registry_object.h"

#include <gmock/gmock.h>

#include <chrono>
#include <map>
#include <mutex>

#include "log/hints.h"
#include "metrics/metrics.h"
#include "objects/registry_advice.h"
#include "support/captured_log.h"
#include "support/http_stub.h"
#include "support/temp_dir.h"
#include "util/base64.h"
#include "util/files.h"
#include "util/sha256.h"

namespace gitsync::objects {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using util::Cause;
using util::ErrorKind;
using util::Result;

util::Limit in_time() { return util::Limit{}.within(20s); }

oci::Descriptor describe(std::string_view type, std::string_view bytes) {
  return {.media_type = std::string(type),
          .digest = "sha256:" + util::sha256_hex(bytes),
          .size = bytes.size()};
}

// Paths below the repository, and what is there. A change is seen from the next request on.
class Shelf {
 public:
  void put(const std::string& path, const std::string& answer) {
    const std::lock_guard lock(mutex_);
    answers_[path] = answer;
  }
  void put_document(const std::string& version, std::string_view type, const std::string& bytes) {
    const auto digest = describe(type, bytes).digest;
    const auto answer = test::response(
        200, bytes,
        "Content-Type: " + std::string(type) + "\r\nDocker-Content-Digest: " + digest + "\r\n");
    put("manifests/" + version, answer);
    put("manifests/" + digest, answer);
  }
  void want_login(const std::string& login) {
    const std::lock_guard lock(mutex_);
    login_ = login;
  }
  std::string answer(const std::string& request) {
    const std::lock_guard lock(mutex_);
    const auto line = test::request_line(request);
    asked_.push_back(line);
    if (!login_.empty() &&
        test::header_of(request, "Authorization") != "Basic " + util::base64_encode(login_)) {
      return test::response(401, "", "WWW-Authenticate: Basic realm=x\r\n");
    }
    const auto found = answers_.find(line.substr(line.find("/v2/org/dags/") + 13));
    if (found == answers_.end()) {
      return test::response(404, R"({"errors":[{"code":"MANIFEST_UNKNOWN","message":"none"}]})");
    }
    if (!line.starts_with("HEAD ")) return found->second;
    return found->second.substr(0, found->second.find("\r\n\r\n") + 4);
  }
  // "HEAD manifests/main", since the last call.
  std::vector<std::string> asked() {
    const std::lock_guard lock(mutex_);
    std::vector<std::string> lines;
    for (const auto& line : std::exchange(asked_, {})) {
      const auto path = line.find("/v2/org/dags/");
      lines.push_back(line.substr(0, line.find(' ') + 1) + line.substr(path + 13));
    }
    return lines;
  }

 private:
  std::mutex mutex_;
  std::map<std::string, std::string> answers_;
  std::string login_;
  std::vector<std::string> asked_;
};

class RegistryObjectTest : public testing::Test {
 protected:
  // Puts an artifact of that layer to the tag; returns its digest.
  std::string publish(const std::string& layer, const std::string& tag = "main",
                      const std::string& revision = "abc") {
    const auto image = oci::make_image({.layer = describe(oci::kTarGzip, layer),
                                        .tar_sha256 = std::string(64, 'a'),
                                        .revision = revision,
                                        .source = "https://user:secret@git.example/dags",
                                        .created = std::chrono::sys_seconds(1'700'000'000s)});
    shelf.put("blobs/" + describe("", layer).digest, test::response(200, layer));
    shelf.put_document(tag, oci::kImageManifest, image.manifest);
    return image.manifest_descriptor.digest;
  }
  std::string address(const std::string& version) const {
    return "oci://127.0.0.1:" + std::to_string(server.port()) + "/org/dags" + version;
  }
  std::unique_ptr<RegistryObject> open(const std::string& version, const std::string& config = "") {
    const auto reference = oci::parse_reference(address(version)).value();
    RegistryLogin login({.repo = address(version), .reference = reference, .config = config},
                        &credentials, log.logger());
    return std::make_unique<RegistryObject>(RegistryOptions{.reference = reference},
                                            std::move(login), log.logger());
  }
  static Result<std::string> get(RegistryObject& object, const std::string& stamp) {
    std::string bytes;
    GS_TRY_VOID(object.get(
        stamp,
        [&](std::string_view piece) -> Result<void> {
          bytes += piece;
          return {};
        },
        in_time()));
    return bytes;
  }
  void write_config(const std::string& login) const {
    const auto host = "127.0.0.1:" + std::to_string(server.port());
    ASSERT_TRUE(util::write_file_atomic(
        dir / "config.json", "new.",
        R"({"auths":{")" + host + R"(":{"auth":")" + util::base64_encode(login) + R"("}}})", 0600));
  }

  test::TempDir dir;
  const test::CapturedLog log;
  metrics::Metrics metrics;
  auth::Credentials credentials{{}, log.logger(), metrics};
  Shelf shelf;
  // Closes the connection after an answer that is cut off.
  test::TcpServer server{[this](test::Peer& peer) {
    for (auto request = peer.read_request(); !request.empty(); request = peer.read_request()) {
      const auto answer = shelf.answer(request);
      if (!peer.send(answer) || answer.ends_with("\r\n\r\nlay")) return;
    }
  }};
};

TEST_F(RegistryObjectTest, APollIsOneHeadAndAChangeTwoGetsMore) {
  const auto first = publish("layer one");
  const auto object = open(":main");
  ASSERT_EQ(object->look("", in_time()).value(), first);
  EXPECT_EQ(object->look(first, in_time()).value(), first);
  EXPECT_THAT(shelf.asked(), ElementsAre("HEAD manifests/main", "HEAD manifests/main"));
  EXPECT_EQ(get(*object, first).value(), "layer one");
  EXPECT_THAT(shelf.asked(), ElementsAre("GET manifests/" + first,
                                         "GET blobs/" + describe("", "layer one").digest));
  EXPECT_EQ(object->revision_of(first).id, first.substr(7));
  EXPECT_FALSE(object->is_pinned());

  const auto second = publish("layer two");
  EXPECT_EQ(object->look(first, in_time()).value(), second);
  EXPECT_EQ(get(*object, second).value(), "layer two");
}

TEST_F(RegistryObjectTest, ADigestInTheAddressIsNotAskedFor) {
  const auto digest = publish("layer");
  const auto object = open(":main@" + digest);
  EXPECT_TRUE(object->is_pinned());
  EXPECT_EQ(object->look("", in_time()).value(), digest);
  EXPECT_THAT(shelf.asked(), IsEmpty());
  publish("another");
  EXPECT_EQ(get(*object, digest).value(), "layer");
}

TEST_F(RegistryObjectTest, AnIndexLeadsToItsManifest) {
  const auto manifest = publish("layer", "other");
  const auto index =
      R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[)"
      R"({"mediaType":"application/vnd.oci.image.manifest.v1+json","size":2,"digest":")" +
      manifest + R"("}]})";
  shelf.put_document("main", oci::kImageIndex, index);
  const auto object = open(":main");
  const auto stamp = object->look("", in_time()).value();
  EXPECT_EQ(stamp, describe("", index).digest);
  EXPECT_EQ(get(*object, stamp).value(), "layer");
  shelf.asked();
  EXPECT_EQ(object->look(stamp, in_time()).value(), stamp);
  EXPECT_THAT(shelf.asked(), ElementsAre("HEAD manifests/main")) << "followed only after a change";
}

TEST_F(RegistryObjectTest, TheAnnotationsSayWhatItIs) {
  const auto digest = publish("layer", "main", "main@sha1:abc");
  const auto object = open(":main");
  const auto about = object->about(digest, in_time());
  ASSERT_TRUE(about) << about.error().message;
  EXPECT_EQ(about->time, std::chrono::sys_seconds(1'700'000'000s));
  EXPECT_THAT(about->subject, HasSubstr("main@sha1:abc of https://"));
  ASSERT_TRUE(get(*object, digest));
  EXPECT_THAT(log.text(), HasSubstr(R"("revision":"main@sha1:abc")"));
  EXPECT_THAT(log.text(), HasSubstr(R"("created":"2023-11-14T22:13:20Z")"));
  EXPECT_THAT(about->subject + log.text(), testing::Not(HasSubstr("secret")));
  shelf.asked();
  ASSERT_TRUE(object->about(digest, in_time()));
  EXPECT_THAT(shelf.asked(), IsEmpty()) << "it is known";
}

TEST_F(RegistryObjectTest, WhatIsNotAnnotatedIsOfNow) {
  const oci::ImageManifest plain{.layer = describe(oci::kTarGzip, "x"), .annotations = {}};
  const auto about = about_of("oci://r.example/dags:main", plain);
  EXPECT_EQ(about.subject, "oci://r.example/dags:main");
  EXPECT_LT(std::chrono::system_clock::now() - about.time, 1min);
}

TEST_F(RegistryObjectTest, ALoginThatIsReplacedFailsNoQuestion) {
  const auto digest = publish("layer");
  shelf.want_login("u:one");
  write_config("u:one");
  const auto object = open(":main", dir / "config.json");
  ASSERT_EQ(object->look("", in_time()).value(), digest);
  shelf.want_login("u:two");
  write_config("u:two");
  EXPECT_EQ(object->look(digest, in_time()).value(), digest);
  EXPECT_EQ(get(*object, digest).value(), "layer");
}

TEST_F(RegistryObjectTest, ARefusedLoginNamesWhereItCameFrom) {
  publish("layer");
  shelf.want_login("u:right");
  write_config("u:wrong");
  const auto refused = open(":main", dir / "config.json")->look("", in_time());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().cause, Cause::kCredentialsRefused);
  EXPECT_THAT(refused.error().hint, HasSubstr(dir / "config.json"));
  const auto missing = open(":main")->look("", in_time());
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().cause, Cause::kCredentialsMissing);
  EXPECT_THAT(missing.error().hint, HasSubstr("--registry-config"));
}

TEST_F(RegistryObjectTest, AMissingTagIsNotFoundAndAMissingDigestBehindOneHasMoved) {
  const auto object = open(":main");
  const auto missing = object->look("", in_time());
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().kind, ErrorKind::kNotFound);
  EXPECT_THAT(log::hint_of(missing.error()), HasSubstr("repository and tag in --repo"));
  const auto gone = "sha256:" + std::string(64, 'a');
  EXPECT_EQ(get(*object, gone).error().kind, ErrorKind::kMoved);
  EXPECT_EQ(get(*open("@" + gone), gone).error().kind, ErrorKind::kNotFound);
}

TEST_F(RegistryObjectTest, BytesThatAreNotWhatTheirDigestSaysAreRefused) {
  const auto digest = publish("layer");
  shelf.put("blobs/" + describe("", "layer").digest, test::response(200, "forged"));
  const auto longer = get(*open(":main"), digest);
  ASSERT_FALSE(longer);
  EXPECT_EQ(longer.error().kind, ErrorKind::kProtocol);
  shelf.put("blobs/" + describe("", "layer").digest, test::response(200, "LAYER"));
  EXPECT_THAT(get(*open(":main"), digest).error().message, HasSubstr("not what its digest says"));
  shelf.put("blobs/" + describe("", "layer").digest, test::response(200, "lay"));
  EXPECT_THAT(get(*open(":main"), digest).error().message, HasSubstr("3 bytes came, of 5"));
}

TEST_F(RegistryObjectTest, ABlobThatIsCutOffIsAFaultOfTheNetwork) {
  const auto digest = publish("layer");
  shelf.put("blobs/" + describe("", "layer").digest,
            "HTTP/1.1 200 X\r\nContent-Length: 5\r\n\r\nlay");
  const auto cut = get(*open(":main"), digest);
  ASSERT_FALSE(cut);
  EXPECT_EQ(cut.error().kind, ErrorKind::kNetwork) << cut.error().message;
}

TEST_F(RegistryObjectTest, WhatIsNoArtifactWithOneTarSaysHowToMakeOne) {
  const std::string two =
      R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","layers":[)"
      R"({},{}]})";
  shelf.put_document("main", oci::kImageManifest, two);
  const auto object = open(":main");
  const auto refused = get(*object, object->look("", in_time()).value());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kProtocol);
  EXPECT_THAT(refused.error().message, HasSubstr("2 layers"));
  EXPECT_THAT(log::hint_of(refused.error()), HasSubstr("flux push artifact"));
}

TEST_F(RegistryObjectTest, AWishToBeLeftAloneIsHandedOn) {
  const auto digest = publish("layer");
  const auto object = open(":main");
  shelf.put("manifests/main", test::response(429, "", "Retry-After: 77\r\n"));
  const auto refused = object->look("", in_time());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().cause, Cause::kRateLimited);
  EXPECT_THAT(refused.error().message, HasSubstr("again in 77 s"));
  EXPECT_EQ(object->retry_after(), 77s);
  publish("layer");
  EXPECT_EQ(object->look("", in_time()).value(), digest);
  EXPECT_EQ(object->retry_after(), std::nullopt);
}

}  // namespace
}  // namespace gitsync::objects
