// SPDX-License-Identifier: Apache-2.0
// Long polls: `Prefer: wait=N`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <algorithm>
#include <ctime>
#include <deque>
#include <string>

#include "unit/http/snapshot_fixture.h"

namespace gitsync::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;
using util::SteadyClock;

class SnapshotWaitTest : public SnapshotFixture {
 protected:
  // A request that is held as long as the pointer is what it is now.
  std::string long_poll(const std::string& name, int wait = 60) const {
    const std::string tag = ask("/" + name)["ETag"];
    return "GET /" + name +
           " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nPrefer: wait=" + std::to_string(wait) +
           "\r\n" + (tag.empty() ? "" : "If-None-Match: " + tag + "\r\n") + "\r\n";
  }
  // The server has seen what was sent before: it goes through its connections in turn.
  void let_server_read() const {
    for (int i = 0; i < 3; ++i) ask("/none.json");
  }
  void replace(const std::string& name, std::string_view content) {
    publish(name, content);
    server_->changed();
  }
};

TEST_F(SnapshotWaitTest, TheAnswerComesWhenThePointerHasChanged) {
  start();
  publish("main.json", "1");
  const Client client(port());
  client.send(long_poll("main.json"));
  let_server_read();
  EXPECT_FALSE(client.is_readable(milliseconds(50)));
  replace("main.json", "2");
  const std::string answer = client.read_all();
  EXPECT_THAT(answer,
              AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("\r\nPreference-Applied: wait=60\r\n")));
  EXPECT_EQ(body_of(answer), "2");
}

TEST_F(SnapshotWaitTest, APointerThatIsNotThereYetIsWaitedForToo) {
  start();
  const Client client(port());
  client.send(long_poll("main.json"));
  let_server_read();
  EXPECT_FALSE(client.is_readable(milliseconds(50)));
  replace("main.json", "1");
  EXPECT_EQ(body_of(client.read_all()), "1");
}

TEST_F(SnapshotWaitTest, AChangeOfAnotherFileOrToTheSameContentReleasesNobody) {
  start();
  publish("main.json", "1");
  const Client client(port());
  client.send(long_poll("main.json"));
  let_server_read();
  replace("other.json", "2");
  replace("main.json", "1");
  let_server_read();
  EXPECT_FALSE(client.is_readable(milliseconds(50)));
  replace("main.json", "2");
  EXPECT_EQ(body_of(client.read_all()), "2");
}

TEST_F(SnapshotWaitTest, AfterTheTimeTheAnswerIsWhatItWouldHaveBeen) {
  start();
  publish("main.json", "1");
  const std::string tag = ask("/main.json")["ETag"];
  const auto begin = SteadyClock::now();
  const auto same = ask("/main.json", {{"If-None-Match", tag}, {"Prefer", "wait=1"}});
  EXPECT_GE(SteadyClock::now() - begin, seconds(1));
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same["Preference-Applied"], "wait=1");
  const auto missing = ask("/none.json", {{"Prefer", "respond-async, wait=1"}});
  EXPECT_GE(SteadyClock::now() - begin, seconds(2));
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(missing["Preference-Applied"], "wait=1");
}

TEST_F(SnapshotWaitTest, NobodyWaitsForMoreThanAMinute) {
  start();
  publish("main.json", "1");
  EXPECT_EQ(ask("/main.json", {{"Prefer", "wait=3600"}})["Preference-Applied"], "wait=60");
}

TEST_F(SnapshotWaitTest, WhoHasNotTheNewestOrAsksForSomethingElseDoesNotWait) {
  start();
  publish("main.json", "1");
  publish("main.tar.gz", "archive");
  const std::string tag = ask("/main.json")["ETag"];
  const std::string archive = ask("/main.tar.gz")["ETag"];
  EXPECT_EQ(ask("/main.json", {{"Prefer", "wait=60"}}).status, 200);
  EXPECT_EQ(ask("/main.json", {{"If-None-Match", "\"x\""}, {"Prefer", "wait=60"}}).status, 200);
  EXPECT_EQ(ask("/main.json", {{"If-None-Match", tag}, {"Prefer", "wait=0"}}).status, 304);
  const auto other = ask("/main.tar.gz", {{"If-None-Match", archive}, {"Prefer", "wait=60"}});
  EXPECT_EQ(other.status, 304);
  EXPECT_EQ(other["Preference-Applied"], "");
  EXPECT_EQ(ask("/none.tar.gz", {{"Prefer", "wait=60"}}).status, 404);
  EXPECT_THAT(request(port(), "HEAD /main.json",
                      "If-None-Match: " + tag + "\r\nPrefer: wait=60\r\nConnection: close\r\n\r\n"),
              StartsWith("HTTP/1.1 304 "));
}

TEST_F(SnapshotWaitTest, AConnectionIsKeptAfterItsWait) {
  start();
  auto kept = session();
  std::string tag = "\"none\"";
  for (int i = 0; i < 3; ++i) {
    replace("main.json", std::to_string(i));
    const auto answer = ask(kept, "/main.json", {{"If-None-Match", tag}, {"Prefer", "wait=60"}});
    EXPECT_EQ(answer.body, std::to_string(i));
    tag = answer["ETag"];
    EXPECT_EQ(ask(kept, "/main.json", {{"If-None-Match", tag}, {"Prefer", "wait=1"}}).status, 304);
  }
  EXPECT_EQ(kept.traffic().connections, 1U);
}

TEST_F(SnapshotWaitTest, AClientThatEndsItsSideWhileItWaitsCountsAsGone) {
  start();
  publish("main.json", "1");
  const Client client(port());
  client.send(long_poll("main.json"));
  let_server_read();
  client.finish_sending();
  EXPECT_TRUE(client.ended_within(seconds(20)));
}

TEST_F(SnapshotWaitTest, AClientThatGoesAwayWhileItWaitsFreesItsPlace) {
  for (const bool tls : {false, true}) {
    start(tls ? with_tls() : SnapshotServerOptions{});
    publish("main.json", "1");
    const auto before = open_descriptors();
    {
      auto session_of_its_own = session();
      const std::string tag = ask(session_of_its_own, "/main.json")["ETag"];
      const util::Event stop;
      std::jthread impatient([&] {
        const net::Request request{.url = std::string(tls ? "https" : "http") +
                                          "://127.0.0.1:" + std::to_string(port()) + "/main.json",
                                   .headers = {{"If-None-Match", tag}, {"Prefer", "wait=60"}}};
        EXPECT_FALSE(session_of_its_own.send(request, {.stop = &stop}));
      });
      std::this_thread::sleep_for(milliseconds(100));  // its patience
      stop.set();
    }
    EXPECT_TRUE(eventually([&] { return open_descriptors() == before; })) << tls;
  }
}

// Of the process, which is the limit of what follows.
bool allow_descriptors(rlim_t wanted) {
  rlimit limit{};
  ::getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = std::max(limit.rlim_cur, std::min(wanted, limit.rlim_max));
  return ::setrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= wanted;
}

TEST_F(SnapshotWaitTest, FiveHundredAreReleasedByOneChangeAndCostNoThread) {
  if (!allow_descriptors(4096)) GTEST_SKIP() << "too few descriptors are allowed here";
  start();
  publish("main.json", "1");
  const std::string poll = long_poll("main.json");
  const auto threads = [] { return util::list_directory("/proc/self/task").value().size(); };
  const auto before = threads();
  std::deque<Client> clients;
  for (int i = 0; i < 500; ++i) {
    clients.emplace_back(port());
    ASSERT_TRUE(clients.back().send(poll));
  }
  let_server_read();
  EXPECT_EQ(threads(), before);
  EXPECT_TRUE(std::ranges::none_of(
      clients, [](const Client& client) { return client.is_readable(milliseconds(0)); }));
  const std::clock_t begin = std::clock();  // of all threads
  EXPECT_FALSE(clients.front().is_readable(milliseconds(500)));
  EXPECT_LT(std::clock() - begin, CLOCKS_PER_SEC / 10);
  replace("main.json", "2");
  for (const Client& client : clients) EXPECT_EQ(body_of(client.read_all()), "2");
}

TEST_F(SnapshotWaitTest, StopsAtOnceWhileClientsWait) {
  start();
  const Client client(port());
  client.send(long_poll("main.json"));
  let_server_read();
  server_.reset();
  EXPECT_TRUE(client.ended_within(seconds(20)));
}

}  // namespace
}  // namespace gitsync::http
