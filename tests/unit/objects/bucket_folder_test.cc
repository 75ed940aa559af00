// SPDX-License-Identifier: Apache-2.0
// A folder of a bucket whose server lists it in odd ways, or lies about it.
#include "objects/bucket_folder.h"

#include <gmock/gmock.h>

#include <functional>
#include <map>
#include <mutex>

#include "bucket_folder_fixture.h"
#include "support/http_stub.h"
#include "support/tcp_server.h"

namespace gitsync::objects {
namespace {

using test::MemoryTree;
using test::request_line;
using test::response;
using testing::HasSubstr;
using testing::Not;

std::string entry(const std::string& key, const std::string& size, const std::string& etag = "e") {
  return "<Contents><Key>" + key + "</Key><ETag>" + etag + "</ETag><Size>" + size +
         "</Size></Contents>";
}
std::string page(const std::string& entries, const std::string& next = "") {
  const std::string more = next.empty() ? ""
                                        : "<IsTruncated>true</IsTruncated><NextContinuationToken>" +
                                              next + "</NextContinuationToken>";
  return "<ListBucketResult>" + more + entries + "</ListBucketResult>";
}
MemoryTree tree_of(const std::map<std::string, std::string>& contents) {
  MemoryTree files;
  for (const auto& [path, content] : contents) files[path] = {.content = content};
  return files;
}

// Two pages, the second one behind the token "2"; an object's content is its key.
class BucketFolderTest : public testing::Test {
 protected:
  s3::Client client() const {
    return s3::Client::open({.endpoint = server_.url("")}, "bucket", nullptr).value();
  }
  bool was_downloaded() const {
    for (const auto& request : server_.requests()) {
      if (!request_line(request).contains("list-type")) return true;
    }
    return false;
  }

  test::Shared<std::string> first_{page("")};
  test::Shared<std::string> second_{page("")};
  using Body = std::function<std::string(const std::string& key)>;
  test::Shared<Body> body_{
      [](const std::string& key) { return response(200, key, "ETag: e\r\n"); }};

 private:
  std::string answer(const std::string& request) const {
    const auto line = request_line(request);
    if (line.contains("continuation-token=2")) return response(200, second_.get());
    if (line.contains("list-type=2")) return response(200, first_.get());
    return body_.get()(line.substr(std::string("GET /bucket/").size()));
  }
  test::TcpServer server_{test::answering_by([this](const auto& r) { return answer(r); })};
};

TEST_F(BucketFolderTest, KeysInAnyOrderAcrossPagesAreOneTree) {
  first_ = page(entry("d/z", "3") + entry("d/b/c", "5"), "2");
  second_ = page(entry("d/a", "3") + entry("d/b-", "4"));
  FollowedFolder folder(client());
  ASSERT_EQ(folder.error(), "");
  EXPECT_EQ(folder.shown(),
            tree_of({{"z", "d/z"}, {"b/c", "d/b/c"}, {"a", "d/a"}, {"b-", "d/b-"}}));
}

// As when what is listed moves between two pages, and both walks saw it so.
TEST_F(BucketFolderTest, AKeyThatIsListedTwiceIsRefusedByName) {
  first_ = page(entry("d/a", "3"));
  FollowedFolder folder(client());
  ASSERT_EQ(folder.error(), "");
  first_ = page(entry("d/a", "3") + entry("d/b", "3"), "2");
  second_ = page(entry("d/b", "3", "other") + entry("d/c", "3"));
  EXPECT_THAT(folder.error(), HasSubstr("\"b\" is there twice"));
  EXPECT_EQ(folder.shown(), tree_of({{"a", "d/a"}}));
}

TEST_F(BucketFolderTest, WhatALaterPageIsRefusedForIsPublishedInNoPart) {
  first_ = page(entry("d/a", "3"), "2");
  for (const std::string& bad :
       {page(entry("d/b", "3"), "2"), page(entry("other/b", "3")),
        std::string("<ListBucketResult>"),
        std::string("<ListBucketResult><IsTruncated>true</IsTruncated></ListBucketResult>"),
        page(entry("d/" + std::string(1100, 'k'), "3")),
        page(entry("d/b", "3", std::string(2000, 'e')))}) {
    second_ = bad;
    FollowedFolder folder(client());
    EXPECT_THAT(folder.error(), HasSubstr("the listing ")) << bad.substr(0, 200);
    EXPECT_EQ(folder.shown(), MemoryTree{});
  }
  EXPECT_FALSE(was_downloaded());
}

TEST_F(BucketFolderTest, MoreThanTheLimitsIsRefusedByTheListingAlone) {
  const archive::Limits limits{.max_bytes = 1000, .max_members = 3, .setting = "--max-tree-size"};
  first_ = page(entry("d/a", "600"), "2");
  second_ = page(entry("d/b", "401"));
  EXPECT_EQ(
      FollowedFolder(client(), limits).error(),
      "s3://bucket/d/ holds more than 1000 bytes (--max-tree-size): refused at \"d/b\" of 401 "
      "bytes, after 600 bytes");
  // Their sum is 0 where it wraps.
  first_ = page(entry("d/a", "9223372036854775807") + entry("d/b", "9223372036854775807") +
                entry("d/c", "2"));
  EXPECT_THAT(FollowedFolder(client(), limits).error(), HasSubstr("refused at \"d/a\""));
  first_ = page(entry("d/a", "1") + entry("d/b", "1"), "2");
  second_ = page(entry("d/c", "1") + entry("d/d", "1"));
  EXPECT_THAT(FollowedFolder(client(), limits).error(), HasSubstr("has more than 3 objects"));
  EXPECT_FALSE(was_downloaded());
}

TEST_F(BucketFolderTest, AnObjectWithoutAnETagIsRefusedAndAFolderNeedsNone) {
  first_ = page(entry("d/x/", "0", "") + entry("d/a", "3"));
  FollowedFolder folder(client());
  EXPECT_EQ(folder.error(), "");
  first_ = page(entry("d/a", "3", ""));
  EXPECT_THAT(folder.error(), HasSubstr("no ETag for \"d/a\""));
}

// A large one streams to disk, and a server may go on and on.
TEST_F(BucketFolderTest, ABodyThatIsLongerOrShorterThanListedIsRefused) {
  for (const std::size_t size : {1U, 1000U, 300'000U, 2'000'000U}) {
    for (const std::size_t sent : {size - 1, size + 1, 2 * size + 5'000'000}) {
      body_ = [sent](const auto&) { return response(200, std::string(sent, 'x'), "ETag: e\r\n"); };
      for (const auto& more : {std::string(), entry("d/b", "1")}) {
        first_ = page(entry("d/a", std::to_string(size)) + more);
        FollowedFolder folder(client());
        const auto error = folder.error();
        EXPECT_THAT(error, HasSubstr("its size is not what was announced")) << size << " " << sent;
        EXPECT_EQ(folder.shown(), MemoryTree{});
      }
    }
  }
}

// Answers like a bucket of two objects, but of each the first answers break off in the middle.
class BreakingBucket {
 public:
  explicit BreakingBucket(int breaks) : breaks_(breaks) {}
  s3::Client client() const {
    return s3::Client::open({.endpoint = server_.url("")}, "bucket", nullptr).value();
  }

 private:
  void serve(test::Peer& peer) {
    for (;;) {
      const auto request = peer.read_request();
      if (request.empty()) return;
      const auto line = request_line(request);
      const bool is_listing = line.contains("list-type=2");
      const bool breaks = !is_listing && is_to_break(line);
      const auto answer = is_listing ? response(200, page(entry("d/a", "5") + entry("d/b", "5")))
                                     : response(200, "whole", "ETag: e\r\n");
      if (!peer.send(answer.substr(0, answer.size() - (breaks ? 3 : 0))) || breaks) return;
    }
  }
  bool is_to_break(const std::string& line) {
    const std::scoped_lock lock(mutex_);
    return ++asked_[line] <= breaks_;
  }

  const int breaks_;
  std::mutex mutex_;
  std::map<std::string, int> asked_;
  test::TcpServer server_{[this](test::Peer& peer) { serve(peer); }};
};

TEST(BucketFolderOfABadNetwork, ObjectsThatBreakOffAreGottenAgain) {
  const BreakingBucket bucket(2);
  FollowedFolder folder(bucket.client());
  EXPECT_EQ(folder.error(), "");
  EXPECT_EQ(folder.shown(), tree_of({{"a", "whole"}, {"b", "whole"}}));
}

TEST(BucketFolderOfABadNetwork, AnObjectThatBreaksOffEachTimeEndsThePass) {
  const BreakingBucket bucket(3);
  FollowedFolder folder(bucket.client());
  EXPECT_THAT(folder.error(), HasSubstr("d/"));
  EXPECT_EQ(folder.shown(), MemoryTree{});
}

}  // namespace
}  // namespace gitsync::objects
