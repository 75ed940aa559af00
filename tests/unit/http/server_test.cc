// SPDX-License-Identifier: Apache-2.0
#include "http/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mman.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "log/sink.h"
#include "metrics/metrics.h"
#include "unit/http/client.h"
#include "util/fd.h"
#include "util/files.h"
#include "util/text.h"

namespace gitsync::http {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

// Its name, which is that of the program.
std::string main_thread() {
  return std::string(util::trim(util::read_file("/proc/self/comm").value()));
}

class ServerTest : public testing::Test {
 protected:
  void start(ServerOptions options) {
    if (options.bind.empty()) options.bind = "127.0.0.1:0";
    options.version = "9.8.7";
    auto server = Server::start(std::move(options), log::Logger(sink_));
    ASSERT_TRUE(server) << server.error().message;
    server_ = std::move(*server);
  }
  ServerOptions everything() const {
    return {.metrics = [this] { return metrics_.render(); },
            .pprof = true,
            .command_line = {"git-sync", "--period=1s", "--password=hunter2"}};
  }
  std::string get(const std::string& path) const { return request(server_->port(), "GET " + path); }
  std::string log_text() const {
    return util::read_file("/proc/self/fd/" + std::to_string(log_.get())).value();
  }

  const util::Fd log_{::memfd_create("server_test", MFD_CLOEXEC)};
  std::shared_ptr<log::Sink> sink_ =
      std::make_shared<log::Sink>(log::SinkOptions{.fd = log_.get()});
  metrics::Metrics metrics_;
  std::unique_ptr<Server> server_;
};

TEST_F(ServerTest, EveryPathAndMethodSaysNotReadyUntilReady) {
  start({});
  for (const std::string line : {"GET /", "POST /", "DELETE /a/b?c=d", "BREW /pot", "OPTIONS *",
                                 "GET /metrics", "GET /debug/pprof/", "GET /%00%ff"}) {
    const std::string answer = request(server_->port(), line);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 503 ")) << line;
    EXPECT_THAT(answer, HasSubstr("\r\nContent-Type: text/plain; charset=utf-8\r\n")) << line;
    EXPECT_EQ(body_of(answer), "repo is not ready\n") << line;
  }
  server_->set_ready();
  for (const std::string line : {"GET /", "POST /", "GET /metrics", "GET /debug/pprof"}) {
    const std::string answer = request(server_->port(), line);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 ")) << line;
    EXPECT_THAT(answer, HasSubstr("\r\nContent-Length: 0\r\n")) << line;
    EXPECT_EQ(body_of(answer), "") << line;
  }
}

TEST_F(ServerTest, HeadHasNoBody) {
  start({});
  const std::string answer = request(server_->port(), "HEAD /");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 503 "));
  EXPECT_EQ(body_of(answer), "");
}

TEST_F(ServerTest, AnHTTP10ClientIsAnsweredToo) {
  start({});
  const Client client(server_->port());
  client.send("GET / HTTP/1.0\r\n\r\n");
  EXPECT_THAT(client.read_all(), AllOf(HasSubstr(" 503 "), EndsWith("repo is not ready\n")));
}

TEST_F(ServerTest, MetricsAreServedBeforeReady) {
  start(everything());
  metrics_.update_fetched();
  const std::string answer = get("/metrics?ignored");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(answer, HasSubstr("\r\nContent-Type: text/plain; version=0.0.4; charset=utf-8\r\n"));
  EXPECT_THAT(answer, HasSubstr("\ngit_fetch_count_total 1\n"));
  EXPECT_THAT(get("/"), StartsWith("HTTP/1.1 503 "));
}

TEST_F(ServerTest, ProfileIndexTellsWhatAPersonWantsToKnow) {
  start(everything());
  const std::string answer = get("/debug/pprof/");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(answer, HasSubstr("git-sync 9.8.7, compiler "));
  EXPECT_THAT(answer, HasSubstr(std::to_string(::getpid()) + "  " + main_thread()));
  EXPECT_THAT(answer, HasSubstr("  http            "));  // the server's own thread
  EXPECT_THAT(answer, HasSubstr("Rss:"));
  EXPECT_THAT(answer, HasSubstr("socket:["));
}

TEST_F(ServerTest, ProfilePathWithoutItsSlashRedirects) {
  start(everything());
  EXPECT_THAT(get("/debug/pprof"),
              AllOf(StartsWith("HTTP/1.1 301 "), HasSubstr("\r\nLocation: /debug/pprof/\r\n")));
}

TEST_F(ServerTest, EveryNamedProfileAnswers) {
  start(everything());
  for (const std::string name : {"profile", "symbol", "trace", "heap", "allocs", "goroutine",
                                 "threadcreate", "block", "mutex"}) {
    const std::string answer = get("/debug/pprof/" + name);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 ")) << name;
    EXPECT_FALSE(body_of(answer).empty()) << name;
  }
  EXPECT_THAT(get("/debug/pprof/heap"), HasSubstr("<malloc version"));
  EXPECT_THAT(get("/debug/pprof/other"), StartsWith("HTTP/1.1 503 "));  // as any path
}

TEST_F(ServerTest, CommandLineIsSeparatedByNulAndShowsNoSecret) {
  sink_->add_secret("hunter2");
  start(everything());
  const std::string nul(1, '\0');
  EXPECT_EQ(body_of(get("/debug/pprof/cmdline")),
            "git-sync" + nul + "--period=1s" + nul + "--password=REDACTED");
}

TEST_F(ServerTest, SaysAtStartWhatIsServed) {
  start(everything());
  const auto record = nlohmann::json::parse(log_text());
  EXPECT_EQ(record["msg"], "serving HTTP");
  EXPECT_EQ(record["endpoint"], "127.0.0.1:" + std::to_string(server_->port()));
  EXPECT_EQ(record["reasons"], (nlohmann::json{"liveness", "metrics", "pprof"}));
  EXPECT_THAT(server_->endpoints(), ElementsAre("liveness", "metrics", "pprof"));
}

TEST_F(ServerTest, OnlyLivenessIsServedUnlessAsked) {
  start({});
  EXPECT_THAT(server_->endpoints(), ElementsAre("liveness"));
}

TEST_F(ServerTest, ABadAddressIsReturnedAndNotLogged) {
  for (const std::string bind : {"foo", ":99999", "192.0.2.1:0"}) {
    const auto server = Server::start({.bind = bind}, log::Logger(sink_));
    ASSERT_FALSE(server) << bind;
    EXPECT_THAT(server.error().message, HasSubstr(bind));
  }
  EXPECT_EQ(log_text(), "");
}

TEST_F(ServerTest, ThePortIsFreeAgainAfterItsEnd) {
  start({});
  const std::string bind = "127.0.0.1:" + std::to_string(server_->port());
  get("/");  // leaves a connection in TIME_WAIT
  server_.reset();
  start({.bind = bind});
  EXPECT_THAT(get("/"), StartsWith("HTTP/1.1 503 "));
}

// The signal mask of the (first) thread of this name, as in proc(5).
std::string blocked_signals(const std::string& thread) {
  const auto ids = util::list_directory("/proc/self/task").value();
  for (const auto& id : ids) {
    const std::string directory = "/proc/self/task/" + id;
    if (util::read_file(directory + "/comm") != thread + '\n') continue;
    const auto lines = util::split(util::read_file(directory + "/status").value(), '\n');
    for (const std::string_view line : lines) {
      if (line.starts_with("SigBlk:")) return std::string(util::trim(line.substr(7)));
    }
  }
  return "no such thread";
}

TEST_F(ServerTest, ItsThreadHasAllSignalsBlockedAndTheCallersMaskIsRestored) {
  const std::string before = blocked_signals(main_thread());
  ASSERT_EQ(before.size(), 16U) << before;
  start({});
  get("/");  // so the thread has its name
  // All but SIGKILL, SIGSTOP, and the two that the C library keeps for itself.
  EXPECT_EQ(blocked_signals("http"), "fffffffe7ffbfeff");
  EXPECT_EQ(blocked_signals(main_thread()), before);
}

TEST_F(ServerTest, NoDescriptorIsLeftBehind) {
  const auto count = [] { return util::list_directory("/proc/self/fd").value().size(); };
  const auto before = count();
  for (int i = 0; i < 3; ++i) {
    start(everything());
    const Client idle(server_->port());
    get("/metrics");
    server_.reset();
  }
  EXPECT_EQ(count(), before);
}

}  // namespace
}  // namespace gitsync::http
