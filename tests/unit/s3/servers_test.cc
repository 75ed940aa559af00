// SPDX-License-Identifier: Apache-2.0
// Against real servers, which check our signatures and have their own idea of S3.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "s3/client.h"
#include "s3/listing.h"
#include "support/captured_log.h"
#include "support/s3_server.h"
#include "util/files.h"

namespace gitsync::s3 {
namespace {

using namespace std::chrono_literals;
using test::S3Server;
using testing::HasSubstr;
using util::ErrorKind;
using util::Result;

util::Limit in_time() { return util::Limit{}.within(60s); }

class S3Servers : public testing::TestWithParam<S3Server::Kind> {
 protected:
  void SetUp() override {
    if (const auto why = S3Server::why_missing(GetParam()); !why.empty()) GTEST_SKIP() << why;
    server_ = std::make_unique<S3Server>(GetParam());
    server_->create_bucket("bucket");
  }

  Client open(const std::string& bucket = "bucket", const Clock& clock = system_time) const {
    return open_as(server_->environment(), bucket, clock);
  }
  Client open_as(const util::Environment& environment, const std::string& bucket = "bucket",
                 const Clock& clock = system_time) const {
    auto credentials =
        std::make_shared<Credentials>(CredentialOptions{.environment = environment}, log_.logger());
    return Client::open({.endpoint = server_->endpoint()}, bucket, credentials, clock).value();
  }
  static std::map<std::string, ListedObject> list(Client& client, const std::string& prefix = "") {
    std::map<std::string, ListedObject> objects;
    const auto end = list_objects(
        client, prefix,
        [&](ListedObject&& object) -> Result<void> {
          EXPECT_TRUE(objects.emplace(object.key, object).second) << object.key << " twice";
          return {};
        },
        in_time());
    EXPECT_TRUE(end) << end.error().message;
    return objects;
  }

  const test::CapturedLog log_;
  std::unique_ptr<S3Server> server_;
};

INSTANTIATE_TEST_SUITE_P(With, S3Servers,
                         testing::Values(S3Server::Kind::kSeaweed, S3Server::Kind::kVersity),
                         [](const auto& one) {
                           return one.param == S3Server::Kind::kSeaweed ? "Seaweed" : "Versity";
                         });

TEST_P(S3Servers, EveryKeyIsWrittenListedReadAndRemoved) {
  Client client = open();
  std::vector<std::string> keys = {"plain",
                                   "a blank",
                                   "a+plus",
                                   "per%cent",
                                   "per%20cent",
                                   "a=b&c",
                                   "\u00e4\u4e2d\U0001f600",
                                   "q?m#h",
                                   "quo\"te'",
                                   "(!*'~@:,;$)",
                                   "deep/er/file",
                                   "lt<gt>amp&"};
  std::string longest;
  while (longest.size() < 1000) longest += "0123456789/";
  longest.resize(1024, 'x');
  keys.push_back(longest);
  for (const auto& key : keys) {
    const auto put = client.put(key, "content of " + key, {}, in_time());
    ASSERT_TRUE(put) << key << ": " << put.error().message;
  }
  const auto listed = list(client);
  EXPECT_EQ(listed.size(), keys.size());
  for (const auto& key : keys) {
    ASSERT_TRUE(listed.contains(key)) << key;
    const auto read = client.read(key, {.if_match = listed.at(key).etag}, 4096, in_time());
    ASSERT_TRUE(read) << key << ": " << read.error().message;
    EXPECT_EQ(read->answer.outcome, Outcome::kDone) << key;
    EXPECT_EQ(read->body, "content of " + key);
    EXPECT_EQ(read->answer.object.size, listed.at(key).size);
    EXPECT_EQ(read->answer.object.etag, listed.at(key).etag);
  }
  EXPECT_EQ(list(client, "a").size(), 3u);
  EXPECT_EQ(list(client, "per%").size(), 2u);
  for (const auto& key : keys) EXPECT_TRUE(client.remove(key, in_time())) << key;
  EXPECT_TRUE(client.remove("plain", in_time())) << "twice";
  EXPECT_EQ(client.get("plain", {}, {}, in_time())->outcome, Outcome::kMissing);
  EXPECT_EQ(client.head("plain", {}, in_time())->outcome, Outcome::kMissing);
}

TEST_P(S3Servers, ConditionsHoldOrAreToldApart) {
  Client client = open();
  const auto first = client.put("k", "one", {.condition = {.if_none_match = "*"}}, in_time());
  ASSERT_TRUE(first) << first.error().message;
  EXPECT_EQ(first->outcome, Outcome::kDone);
  EXPECT_EQ(client.put("k", "two", {.condition = {.if_none_match = "*"}}, in_time())->outcome,
            Outcome::kChanged);
  const auto head = client.head("k", {}, in_time());
  ASSERT_TRUE(head);
  EXPECT_EQ(head->object.size, 3u);
  const auto etag = head->object.etag;
  EXPECT_EQ(client.get("k", {.if_none_match = etag}, {}, in_time())->outcome,
            Outcome::kNotModified);
  const auto second = client.put("k", "two", {.condition = {.if_match = etag}}, in_time());
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(second->outcome, Outcome::kDone);
  EXPECT_EQ(client.put("k", "three", {.condition = {.if_match = etag}}, in_time())->outcome,
            Outcome::kChanged);
  EXPECT_EQ(client.get("k", {.if_match = etag}, {}, in_time())->outcome, Outcome::kChanged);
  EXPECT_EQ(client.read("k", {.if_none_match = etag}, 100, in_time())->body, "two");
}

TEST_P(S3Servers, EmptyAndLargeFilesArriveWhole) {
  const test::TempDir dir;
  Client client = open();
  std::string content(std::size_t{9} << 20, '\0');
  for (std::size_t i = 0; i < content.size(); ++i) content[i] = static_cast<char>(i * 7919 >> 5);
  ASSERT_TRUE(util::write_file(dir / "file", content));
  const util::Fd file(::open((dir / "file").c_str(), O_RDONLY | O_CLOEXEC));
  for (const std::uint64_t size : {content.size(), std::size_t{0}, std::size_t{1}}) {
    const auto put = client.put("file", net::FileBody{.fd = file.get(), .size = size},
                                {.headers = {{"Content-Type", "application/gzip"}}}, in_time());
    ASSERT_TRUE(put) << put.error().message;
    const auto read = client.read("file", {}, content.size(), in_time());
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_TRUE(read->body == content.substr(0, size)) << size;
  }
}

TEST_P(S3Servers, PagesOfAListingJoin) {
  Client client = open();
  for (int i = 0; i < 1005; ++i) {
    ASSERT_TRUE(client.put("many/" + std::to_string(i), "x", {}, in_time()));
  }
  EXPECT_EQ(list(client, "many/").size(), 1005u);
}

TEST_P(S3Servers, RefusalsAreUnderstood) {
  Client missing = open("no-such-bucket");
  const auto no_bucket =
      list_objects(missing, "", [](auto&&) { return Result<void>(); }, in_time());
  EXPECT_EQ(no_bucket.error().kind, ErrorKind::kNotFound) << no_bucket.error().message;
  EXPECT_THAT(no_bucket.error().message, HasSubstr("does not exist"));

  auto environment = server_->environment();
  environment.set("AWS_SECRET_ACCESS_KEY", "wrong");
  const auto wrong_secret = open_as(environment).get("k", {}, {}, in_time());
  EXPECT_EQ(wrong_secret.error().kind, ErrorKind::kAuth);
  EXPECT_THAT(wrong_secret.error().message, HasSubstr("does not fit its access key"));

  environment.set("AWS_ACCESS_KEY_ID", "UNKNOWN");
  const auto unknown = open_as(environment).get("k", {}, {}, in_time());
  EXPECT_EQ(unknown.error().kind, ErrorKind::kAuth);
  EXPECT_THAT(unknown.error().message, HasSubstr("does not know the access key"));

  const auto late = open("bucket", [] { return system_time() - 1h; }).get("k", {}, {}, in_time());
  EXPECT_EQ(late.error().kind, ErrorKind::kAuth);
  EXPECT_THAT(late.error().message, HasSubstr("our clock"));

  util::Environment nobody;
  nobody.set("AWS_EC2_METADATA_DISABLED", "true");
  const auto denied = open_as(nobody).get("k", {}, {}, in_time());
  EXPECT_EQ(denied.error().kind, ErrorKind::kAuth);
}

}  // namespace
}  // namespace gitsync::s3
