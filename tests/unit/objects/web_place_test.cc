// SPDX-License-Identifier: Apache-2.0
// A server that waits, one that does not, and one that answers at once although it should wait.
#include "objects/web_place.h"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "auth/credentials.h"
#include "metrics/metrics.h"
#include "snapshot/pointer.h"
#include "support/captured_log.h"
#include "support/http_stub.h"
#include "support/temp_dir.h"
#include "util/files.h"
#include "util/sha256.h"

namespace gitsync::objects {
namespace {

using std::chrono::seconds;
using test::header_of;
using test::response;

class WebPlaceTest : public testing::Test {
 protected:
  WebPlace place(const test::TcpServer& server, const std::string& token_file = "") {
    return {"http://127.0.0.1:" + std::to_string(server.port()) + "/dags/main.json?signed=1",
            {},
            WebLogin(credentials_, token_file)};
  }
  static util::Limit soon() { return util::Limit{}.within(seconds(30)); }
  // Waits with a server that answers at once, until it is seen through; how often it was asked
  // before, since a busy machine makes as much of an answer as a wait.
  static int be_patient_with(WebPlace& place, const std::string& known) {
    int times = 0;
    while (times < 5 && place.wait(known, util::Limit{}.within(seconds(100)))) ++times;
    EXPECT_LT(times, 5);
    return times;
  }

  test::CapturedLog log_;
  metrics::Metrics metrics_;
  auth::Credentials credentials_{auth::CredentialOptions{}, log_.logger(), metrics_};
  test::TempDir dir_;
};

TEST_F(WebPlaceTest, APointerIsGottenOnceAndThenAskedAbout) {
  std::string asked;
  test::TcpServer server(test::answering_by([&](const std::string& request) {
    asked += test::request_line(request) + " " + header_of(request, "If-None-Match") + "\n";
    return header_of(request, "If-None-Match") == "\"1\"" ? response(304)
                                                          : response(200, "{}", "ETag: \"1\"\r\n");
  }));
  auto place = this->place(server);
  const auto first = place.look("", soon()).value();
  ASSERT_TRUE(first);
  EXPECT_EQ(first->text, "{}");
  EXPECT_FALSE(place.look(first->stamp, soon()).value());
  EXPECT_EQ(asked,
            "GET /dags/main.json?signed=1 \n"
            "GET /dags/main.json?signed=1 \"1\"\n");
}

TEST_F(WebPlaceTest, FilesLieBesideThePointer) {
  std::string asked;
  test::TcpServer server(test::answering_by([&](const std::string& request) {
    asked = test::request_line(request);
    return response(200, "bytes");
  }));
  std::string body;
  const auto sink = [&](std::string_view bytes) -> util::Result<void> {
    body += bytes;
    return {};
  };
  ASSERT_TRUE(place(server).get("a.tar.gz", sink, soon()));
  EXPECT_EQ(asked, "GET /dags/a.tar.gz?signed=1");
  EXPECT_EQ(body, "bytes");
}

TEST_F(WebPlaceTest, TheTokenIsReadForEachRequest) {
  std::string token;
  test::TcpServer server(test::answering_by([&](const std::string& request) {
    token = header_of(request, "Authorization");
    return response(200, "{}", "ETag: \"1\"\r\n");
  }));
  const std::string file = dir_ / "token";
  ASSERT_TRUE(util::write_file(file, "one\n"));
  auto place = this->place(server, file);
  ASSERT_TRUE(place.look("", soon()));
  EXPECT_EQ(token, "Bearer one");
  ASSERT_TRUE(util::write_file(file, "two"));
  ASSERT_TRUE(place.look("", soon()));
  EXPECT_EQ(token, "Bearer two");
  for (const char* const bad : {"", "a b", "a\x01"}) {
    ASSERT_TRUE(util::write_file(file, bad));
    EXPECT_FALSE(place.look("", soon())) << bad;
  }
}

TEST_F(WebPlaceTest, WhatAServerThatWaitsTellsNeedsNoSecondRequest) {
  std::atomic<int> requests = 0;
  test::TcpServer server(test::answering_by([&](const std::string& request) {
    ++requests;
    return header_of(request, "Prefer").starts_with("wait=")
               ? response(200, "new", "ETag: \"2\"\r\nPreference-Applied: wait=5\r\n")
               : response(200, "old", "ETag: \"1\"\r\n");
  }));
  auto place = this->place(server);
  ASSERT_TRUE(place.look("", soon()));
  EXPECT_TRUE(place.wait("\"1\"", util::Limit{}.within(seconds(5))));
  const auto news = place.look("\"1\"", soon()).value();
  ASSERT_TRUE(news);
  EXPECT_EQ(news->text, "new");
  EXPECT_EQ(requests, 2);
}

TEST_F(WebPlaceTest, APointerThatIsNotThereYetIsWaitedFor) {
  std::string asked;
  bool is_there = false;
  test::TcpServer server(test::answering_by([&](const std::string& request) {
    asked = header_of(request, "If-None-Match");
    const bool waits = !header_of(request, "Prefer").empty();
    const std::string applied = waits ? "Preference-Applied: wait=5\r\n" : "";
    if (waits && !is_there) std::this_thread::sleep_for(seconds(1));  // what it is asked for
    return is_there ? response(200, "new", "ETag: \"1\"\r\n" + applied)
                    : response(404, "", applied);
  }));
  auto place = this->place(server);
  EXPECT_TRUE(place.wait("", soon()));
  EXPECT_EQ(asked, "");
  EXPECT_EQ(place.look("", soon()).error().kind, util::ErrorKind::kNotFound);
  is_there = true;
  EXPECT_TRUE(place.wait("", util::Limit{}.within(seconds(5))));
  EXPECT_EQ(place.look("", soon()).value()->text, "new");
}

TEST_F(WebPlaceTest, AServerThatCannotWaitIsNotAskedToAgain) {
  std::atomic<int> requests = 0;
  test::TcpServer server(test::answering_by([&](const std::string&) {
    ++requests;
    return response(304);
  }));
  auto place = this->place(server);
  for (int i = 0; i < 3; ++i) EXPECT_FALSE(place.wait("\"1\"", util::Limit{}.within(seconds(5))));
  EXPECT_EQ(requests, 1);
}

TEST_F(WebPlaceTest, AServerThatOnlySaysThatItWaitsIsNotAskedToAgain) {
  std::atomic<int> requests = 0;
  test::TcpServer server(test::answering_by([&](const std::string&) {
    ++requests;
    return response(304, "", "Preference-Applied: wait=100\r\n");
  }));
  auto place = this->place(server);
  const int before = be_patient_with(place, "\"1\"");
  for (int i = 0; i < 2; ++i) {
    EXPECT_FALSE(place.wait("\"1\"", util::Limit{}.within(seconds(100))));
  }
  EXPECT_EQ(requests, before + 1);
}

TEST_F(WebPlaceTest, AnEtagThatIsChangedOnTheWayIsNoNews) {
  test::TcpServer server(test::answering_by(
      [&](const std::string&) { return response(200, "same", "ETag: \"1-gzip\"\r\n"); }));
  auto place = this->place(server);
  ASSERT_TRUE(place.look("", soon()));
  EXPECT_FALSE(place.wait("\"1\"", util::Limit{}.within(seconds(5))));
}

// A pointer as another publisher of the same repository writes it.
std::string pointer_of(char commit, int superseded_at) {
  snapshot::Pointer pointer{.revision = {std::string(40, commit)},
                            .archive = {.key = "a.tar.gz", .sha256 = std::string(64, commit)},
                            .tree_sha256 = std::string(64, 'e')};
  pointer.superseded.push_back({.revision = {std::string(40, 'b')},
                                .at = std::chrono::sys_seconds(seconds(superseded_at)),
                                .files = {"b.tar.gz"}});
  return to_json(pointer);
}

std::string answer_with(const std::string& text) {
  return response(200, text,
                  "ETag: \"" + util::sha256_hex(text) + "\"\r\nPreference-Applied: wait=5\r\n");
}

TEST_F(WebPlaceTest, OtherWordsOfAnotherPublisherForTheSameAreNoNews) {
  std::atomic<int> requests = 0;
  test::TcpServer server(test::answering_by(
      [&](const std::string&) { return answer_with(pointer_of('a', ++requests)); }));
  auto place = this->place(server);
  const auto first = place.look("", soon()).value();
  const int before = be_patient_with(place, first->stamp);
  EXPECT_FALSE(place.wait(first->stamp, util::Limit{}.within(seconds(5))));
  EXPECT_EQ(requests, before + 2);
}

TEST_F(WebPlaceTest, PublishersThatDisagreeAreAskedTwiceASecondAtMost) {
  std::atomic<int> requests = 0;
  test::TcpServer server(test::answering_by([&](const std::string&) {
    return answer_with(pointer_of(++requests % 2 == 0 ? 'a' : 'c', 1));
  }));
  auto place = this->place(server);
  auto stamp = place.look("", soon()).value()->stamp;
  const auto began = util::SteadyClock::now();
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(place.wait(stamp, util::Limit{}.within(seconds(5))));
    stamp = place.look(stamp, soon()).value()->stamp;
  }
  EXPECT_EQ(requests, 4);
  EXPECT_GE(util::SteadyClock::now() - began, seconds(1));
}

TEST_F(WebPlaceTest, AStopEndsWaiting) {
  const util::Event stop;
  test::TcpServer server([&](test::Peer& peer) {
    peer.read_request();
    stop.set();
    peer.wait_until_closed();
  });
  auto place = this->place(server);
  EXPECT_TRUE(place.wait(
      "\"1\"", {.deadline = util::SteadyClock::now() + std::chrono::hours(1), .stop = &stop}));
}

TEST_F(WebPlaceTest, StatusesAreErrorsOfTheirKinds) {
  int status = 0;
  test::TcpServer server(test::answering_by([&](const std::string&) { return response(status); }));
  for (const auto& [code, kind] :
       {std::pair{401, util::ErrorKind::kAuth}, std::pair{404, util::ErrorKind::kNotFound},
        std::pair{503, util::ErrorKind::kNetwork}}) {
    status = code;
    const auto looked = place(server).look("", soon());
    ASSERT_FALSE(looked);
    EXPECT_EQ(looked.error().kind, kind);
    EXPECT_THAT(looked.error().message, testing::Not(testing::HasSubstr("signed=1")));
  }
}

}  // namespace
}  // namespace gitsync::objects
