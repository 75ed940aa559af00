// SPDX-License-Identifier: Apache-2.0
#include "s3/listing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "s3/listing_page.h"
#include "support/http_stub.h"

namespace gitsync::s3 {
namespace {

using namespace std::chrono_literals;
using test::answering_by;
using test::request_line;
using test::response;
using test::TcpServer;
using testing::ElementsAre;
using testing::HasSubstr;
using util::ErrorKind;
using util::Result;

std::string entry(std::string_view key, std::string_view size = "1") {
  return "<Contents><Key>" + std::string(key) + "</Key><LastModified>x</LastModified><ETag>" +
         "&quot;e&quot;</ETag><Size>" + std::string(size) +
         "</Size><Owner><ID>o</ID></Owner></Contents>";
}

// `next`: a token, or empty for the last page.
std::string page(std::string_view entries, std::string_view next = "", bool is_encoded = true) {
  std::string text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult xmlns=\"x\">";
  text += std::string("<IsTruncated>") + (next.empty() ? "false" : "true") + "</IsTruncated>";
  text += entries;
  if (is_encoded) text += "<EncodingType>url</EncodingType>";
  if (!next.empty()) {
    text += "<NextContinuationToken>" + std::string(next) + "</NextContinuationToken>";
  }
  return text + "</ListBucketResult>";
}

struct Walk {
  std::vector<std::string> keys = {};
  Result<ListingSummary> end = ListingSummary{};
  std::vector<std::string> requests = {};
};

Walk walk(TcpServer::Handler handler, const std::string& prefix = "") {
  TcpServer server(std::move(handler));
  auto client = Client::open({.endpoint = server.url("")}, "bucket", nullptr).value();
  Walk walk;
  walk.end = list_objects(
      client, prefix,
      [&](ListedObject&& object) -> Result<void> {
        walk.keys.push_back(object.key);
        return {};
      },
      util::Limit{}.within(20s));
  walk.requests = server.requests();
  return walk;
}

Walk walk_page(const std::string& body, const std::string& prefix = "") {
  return walk(answering_by([&](const auto&) { return response(200, body); }), prefix);
}

std::string refusal(const std::string& body, const std::string& prefix = "") {
  const auto done = walk_page(body, prefix);
  if (done.end) return "accepted";
  EXPECT_EQ(done.end.error().kind, ErrorKind::kProtocol);
  return done.end.error().message;
}

TEST(Listing, GoesOnByTokensWithEncodedParameters) {
  const auto done = walk(answering_by([](const std::string& request) {
                           return response(200, request_line(request).contains("t%2B%2F%3D")
                                                    ? page(entry("p/c"))
                                                    : page(entry("p/b") + entry("p/a"), "t+/="));
                         }),
                         "p/");
  ASSERT_TRUE(done.end) << done.end.error().message;
  EXPECT_THAT(done.keys, ElementsAre("p/b", "p/a", "p/c")) << "in the order of the server";
  EXPECT_EQ(done.end->objects, 3u);
  EXPECT_EQ(done.end->pages, 2u);
  EXPECT_EQ(request_line(done.requests[0]),
            "GET /bucket/?encoding-type=url&list-type=2&max-keys=1000&prefix=p%2F");
  EXPECT_EQ(request_line(done.requests[1]),
            "GET /bucket/?continuation-token=t%2B%2F%3D&encoding-type=url&list-type=2&max-keys=1000"
            "&prefix=p%2F");
}

TEST(Listing, KeysAreDecodedOnlyIfTheServerSaysThatItEncodedThem) {
  EXPECT_THAT(walk_page(page(entry("a+b%2Bc%25%C3%A4%01//"))).keys,
              ElementsAre("a b+c%\u00e4\x01//"));
  EXPECT_THAT(walk_page(page(entry("a+b%2B"), "", false)).keys, ElementsAre("a+b%2B"));
}

TEST(Listing, EmptyBucketHasNoObjects) {
  const auto done = walk_page(page(""));
  ASSERT_TRUE(done.end);
  EXPECT_EQ(done.end->objects, 0u);
}

TEST(Listing, ObjectHasItsSizeAndETag) {
  ListingPageReader reader;
  const auto text = page(entry("k", "5497558138880"));
  for (const char c : text) ASSERT_TRUE(reader.feed({&c, 1}));
  const auto read = reader.finish();
  ASSERT_TRUE(read) << read.error().message;
  ASSERT_EQ(read->objects.size(), 1u);
  EXPECT_EQ(read->objects[0].etag, "\"e\"");
  EXPECT_EQ(read->objects[0].size, 5497558138880u);
}

TEST(Listing, WhatIsNoListingIsRefused) {
  EXPECT_THAT(refusal("<html>"), HasSubstr("no listing"));
  EXPECT_THAT(refusal(""), HasSubstr("no listing"));
  EXPECT_THAT(refusal("<Other></Other>"), HasSubstr("no listing"));
  const auto whole = page(entry("k"));
  EXPECT_THAT(refusal(whole.substr(0, whole.size() - 5)), HasSubstr("no listing"));
}

TEST(Listing, HostileOnesAreRefused) {
  EXPECT_THAT(refusal(page(entry("other"), ""), "p/"), HasSubstr("not below the prefix"));
  EXPECT_THAT(refusal(page(entry(""))), HasSubstr("no legal size"));
  EXPECT_THAT(refusal(page(entry(std::string(1025, 'k')))), HasSubstr("no legal size"));
  EXPECT_EQ(refusal(page(entry(std::string(1024, 'k')))), "accepted");
  EXPECT_THAT(refusal(page(entry("%zz"))), HasSubstr("malformed escape"));
  EXPECT_THAT(refusal(page(entry("k", "-1"))), HasSubstr("no size"));
  EXPECT_THAT(refusal(page(entry("k", "1e3"))), HasSubstr("no size"));
  EXPECT_THAT(refusal("<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>"),
              HasSubstr("where it goes on"));
  EXPECT_THAT(refusal("<!DOCTYPE x [<!ENTITY a \"b\">]><ListBucketResult>&a;</ListBucketResult>"),
              HasSubstr("document type"));
  EXPECT_THAT(refusal("<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><ListBucketResult/>"),
              HasSubstr("document type"));
  EXPECT_THAT(refusal(page(std::string(20, '<').replace(0, 20, "<a><a><a><a><a><a>") +
                           "<a><a><a><a><a><a><a><a><a><a><a><a>")),
              HasSubstr("nested too deep"));
  EXPECT_THAT(refusal(page(entry(std::string(20000, 'k')))), HasSubstr("too long"));
  std::string many;
  while (many.size() <= std::size_t{8} << 20) many += entry(std::string(1000, 'k'));
  EXPECT_THAT(refusal(page(many)), HasSubstr("8 MiB"));
}

TEST(Listing, CirclesAreRefused) {
  EXPECT_THAT(refusal(page(entry("k"), "t")), HasSubstr("leads back"));
  int count = 0;
  const auto two = walk(answering_by(
      [&](const auto&) { return response(200, page(entry("k"), ++count % 2 == 0 ? "a" : "b")); }));
  EXPECT_THAT(two.end.error().message, HasSubstr("leads back"));
  int number = 0;
  const auto empty = walk(answering_by(
      [&](const auto&) { return response(200, page("", "t" + std::to_string(++number))); }));
  EXPECT_THAT(empty.end.error().message, HasSubstr("too many pages"));
}

TEST(Listing, ErrorOfAVisitorEndsIt) {
  TcpServer server(answering_by([](const auto&) { return response(200, page(entry("k"), "t")); }));
  auto client = Client::open({.endpoint = server.url("")}, "bucket", nullptr).value();
  const auto end = list_objects(
      client, "",
      [](ListedObject&&) -> Result<void> { return util::fail(ErrorKind::kBusy, "mine"); },
      util::Limit{}.within(20s));
  EXPECT_EQ(end.error().message, "mine");
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST(Listing, MissingBucketAndDeniedPrefixAreNamed) {
  const auto done = walk(answering_by([](const auto&) {
                           return response(403, "<Error><Code>AccessDenied</Code></Error>");
                         }),
                         "dags/");
  EXPECT_EQ(done.end.error().kind, ErrorKind::kAuth);
  EXPECT_THAT(done.end.error().message, HasSubstr("s3://bucket/dags/: access denied"));
}

}  // namespace
}  // namespace gitsync::s3
