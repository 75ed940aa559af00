// SPDX-License-Identifier: Apache-2.0
// What requests are answered. Long polls: snapshot_wait_test.cc; clients that misbehave:
// snapshot_abuse_test.cc; TLS: snapshot_tls_test.cc.
#include "http/snapshot_server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <string>

#include "log/hints.h"
#include "unit/http/snapshot_fixture.h"
#include "util/sha256.h"
#include "util/text.h"

namespace gitsync::http {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kCommit(40, 'a');
const std::string kOther(40, 'b');

class SnapshotServerTest : public SnapshotFixture {
 protected:
  // A server with TLS and one without, from start to end, with a client that is left waiting.
  void ask_once_over_each() {
    for (const bool tls : {false, true}) {
      is_tls_ = false;
      start(tls ? with_tls() : SnapshotServerOptions{});
      auto kept = session();
      EXPECT_EQ(ask(kept, "/main.tar.gz").status, 200);
      EXPECT_EQ(ask(kept, "/main.json").status, 200);
      const Client idle(port());
      const Client waiting(port());
      waiting.send("GET /none.json HTTP/1.1\r\nHost: x\r\nPrefer: wait=60\r\n\r\n");
      server_.reset();
    }
  }
};

TEST_F(SnapshotServerTest, APointerIsJsonWithAHashOfItsContentAsTag) {
  start();
  publish("main.json", "{}");
  const auto answer = ask("/main.json?ignored");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "{}");
  EXPECT_EQ(answer["Content-Type"], "application/json");
  EXPECT_EQ(answer["Content-Length"], "2");
  EXPECT_EQ(answer["Cache-Control"], "no-cache");
  EXPECT_EQ(answer["ETag"], '"' + util::sha256_hex("{}") + '"');
}

TEST_F(SnapshotServerTest, AnArchiveIsGzipAndForEverIfItIsNamedByItsContent) {
  start();
  for (const std::string& name : {kCommit, kOther + ".." + kCommit, std::string(64, '0')}) {
    publish(name + ".tar.gz", "archive");
    const auto answer = ask("/" + name + ".tar.gz");
    EXPECT_EQ(answer.status, 200) << name;
    EXPECT_EQ(answer.body, "archive") << name;
    EXPECT_EQ(answer["Content-Type"], "application/gzip") << name;
    EXPECT_EQ(answer["Content-Length"], "7") << name;
    EXPECT_EQ(answer["Cache-Control"], "public, max-age=31536000, immutable") << name;
  }
  publish("main.tar.gz", "latest");
  EXPECT_EQ(ask("/main.tar.gz")["Cache-Control"], "no-cache");
}

TEST_F(SnapshotServerTest, HeadSaysTheSameWithoutABody) {
  start();
  publish("main.json", "{}");
  publish("main.tar.gz", "archive");
  for (const std::string path : {"/main.json", "/main.tar.gz"}) {
    const auto whole = ask(path);
    const std::string answer = request(port(), "HEAD " + path, "Connection: close\r\n\r\n");
    EXPECT_THAT(answer, HasSubstr(" 200 "));
    EXPECT_THAT(answer, HasSubstr("\r\nContent-Length: " + whole["Content-Length"] + "\r\n"));
    EXPECT_THAT(answer, HasSubstr("\r\nETag: " + whole["ETag"] + "\r\n"));
    EXPECT_EQ(body_of(answer), "") << path;
  }
}

TEST_F(SnapshotServerTest, WhatTheClientHasIsNotSentAgain) {
  start();
  publish("main.json", "{}");
  publish("main.tar.gz", "archive");
  for (const std::string path : {"/main.json", "/main.tar.gz"}) {
    const std::string tag = ask(path)["ETag"];
    for (const std::string& list : {tag, "W/" + tag, R"("x", )" + tag, std::string("*")}) {
      const auto answer = ask(path, {{"If-None-Match", list}});
      EXPECT_EQ(answer.status, 304) << path << list;
      EXPECT_EQ(answer["ETag"], tag) << path << list;
      EXPECT_EQ(answer.body, "") << path << list;
    }
    EXPECT_EQ(ask(path, {{"If-None-Match", R"("x")"}}).status, 200) << path;
  }
}

TEST_F(SnapshotServerTest, AReplacedFileHasAnotherTagAndAPointerOnlyIfItSaysSomethingElse) {
  start();
  publish("main.json", "{}");
  publish("main.tar.gz", "archive");
  const std::string pointer = ask("/main.json")["ETag"];
  const std::string archive = ask("/main.tar.gz")["ETag"];
  publish("main.json", "{}");
  publish("main.tar.gz", "ARCHIVE");
  EXPECT_EQ(ask("/main.json")["ETag"], pointer);
  EXPECT_NE(ask("/main.tar.gz")["ETag"], archive);
  publish("main.json", "[]");
  EXPECT_NE(ask("/main.json")["ETag"], pointer);
}

TEST_F(SnapshotServerTest, APartIsSentIfOneIsAskedFor) {
  start();
  publish("main.tar.gz", "0123456789");
  const struct {
    const char* range;
    int status;
    const char* body;
    const char* content_range;
  } rows[] = {
      {"bytes=0-3", 206, "0123", "bytes 0-3/10"},
      {"bytes=7-", 206, "789", "bytes 7-9/10"},
      {"bytes=-2", 206, "89", "bytes 8-9/10"},
      {"bytes=8-100", 206, "89", "bytes 8-9/10"},
      {"bytes=10-", 416, "there is no such part\n", "bytes */10"},
      {"bytes=0-1,4-5", 200, "0123456789", ""},
      {"lines=0-1", 200, "0123456789", ""},
  };
  for (const auto& row : rows) {
    const auto answer = ask("/main.tar.gz", {{"Range", row.range}});
    EXPECT_EQ(answer.status, row.status) << row.range;
    EXPECT_EQ(answer.body, row.body) << row.range;
    EXPECT_EQ(answer["Content-Range"], row.content_range) << row.range;
  }
  const std::string tag = ask("/main.tar.gz")["ETag"];
  EXPECT_EQ(ask("/main.tar.gz", {{"Range", "bytes=0-3"}, {"If-Range", tag}}).status, 206);
  EXPECT_EQ(ask("/main.tar.gz", {{"Range", "bytes=0-3"}, {"If-Range", R"("x")"}}).status, 200);
}

TEST_F(SnapshotServerTest, NothingElseIsServed) {
  start();
  publish("main.json", "{}");
  publish("notes.txt", "mine");
  util::write_file(folder_ + "/.hidden.json", "mine").value();
  util::write_file(dir_ / "outside.json", "mine").value();
  ASSERT_EQ(::symlink((dir_ / "outside.json").c_str(), (folder_ + "/link.json").c_str()), 0);
  ASSERT_EQ(::mkfifo((folder_ + "/pipe.json").c_str(), 0644), 0);
  util::make_directories(folder_ + "/folder.json").value();
  util::write_file(folder_ + "/folder.json/main.json", "mine").value();
  for (const std::string path :
       {"/", "/other.json", "/notes.txt", "/.hidden.json", "/../outside.json", "/link.json",
        "/pipe.json", "/folder.json", "/folder.json/main.json", "/%2e%2e/outside.json",
        "/..%2foutside.json", "//main.json", "/main.json/", "/a%20b.json"}) {
    EXPECT_THAT(request(port(), "GET " + path, "Connection: close\r\n\r\n"),
                testing::AllOf(HasSubstr("HTTP/1.1 404 "), Not(HasSubstr("mine"))))
        << path;
  }
}

TEST_F(SnapshotServerTest, AFolderThatIsMadeLaterOrAgainIsServed) {
  util::remove_tree(folder_).value();
  start();
  publish("main.json", "1");
  EXPECT_EQ(ask("/main.json").body, "1");
  util::remove_tree(folder_).value();
  EXPECT_EQ(ask("/main.json").status, 404);
  util::make_directories(folder_).value();
  publish("main.json", "2");
  EXPECT_EQ(ask("/main.json").body, "2");
}

TEST_F(SnapshotServerTest, OtherMethodsAreRefused) {
  start();
  publish("main.json", "{}");
  for (const std::string method : {"PUT", "DELETE", "OPTIONS", "POST"}) {
    const std::string answer = request(port(), method + " /main.json",
                                       "Content-Length: 3\r\nConnection: close\r\n\r\nabc");
    EXPECT_THAT(answer, HasSubstr("HTTP/1.1 405 ")) << method;
    EXPECT_THAT(answer, HasSubstr("\r\nAllow: GET, HEAD\r\n")) << method;
  }
  EXPECT_EQ(ask("/main.json").body, "{}");
}

TEST_F(SnapshotServerTest, AFileThatIsReplacedWhileItIsSentArrivesAsItWas) {
  start();
  const std::string old(std::size_t{32} << 20, 'o');  // more than sockets hold
  publish("main.tar.gz", old);
  const Client client(port());
  client.send("GET /main.tar.gz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  ASSERT_TRUE(client.is_readable());
  publish("main.tar.gz", "new");
  const std::string answer = client.read_all();
  EXPECT_TRUE(body_of(answer) == old);
  EXPECT_EQ(ask("/main.tar.gz").body, "new");
}

TEST_F(SnapshotServerTest, OneConnectionCarriesManyRequests) {
  start();
  publish("main.json", "{}");
  publish(kCommit + ".tar.gz", "archive");
  auto kept = session();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(ask(kept, "/main.json").body, "{}");
    EXPECT_EQ(ask(kept, "/" + kCommit + ".tar.gz").body, "archive");
    EXPECT_EQ(ask(kept, "/none.json").status, 404);
  }
  EXPECT_EQ(kept.traffic().connections, 1U);
}

TEST_F(SnapshotServerTest, WithoutTheTokenNobodyLearnsAnything) {
  const std::string token = dir_ / "token";
  put(token, "open-sesame\n");
  publish("main.json", "{}");
  start({.token_file = token});
  const auto missing = ask("/main.json");
  EXPECT_EQ(missing.status, 401);
  EXPECT_EQ(missing["WWW-Authenticate"], R"(Bearer realm="git-sync snapshots")");
  for (const std::string shown : {"Bearer open-sesam", "Bearer open-sesame2", "Bearer ", "Bearer",
                                  "Basic open-sesame", "open-sesame"}) {
    const auto answer = ask("/main.json", {{"Authorization", shown}});
    EXPECT_EQ(answer.status, 401) << shown;
    EXPECT_THAT(answer["WWW-Authenticate"], HasSubstr("error=\"invalid_token\"")) << shown;
    EXPECT_EQ(ask("/none.json", {{"Authorization", shown}}).status, 401) << shown;
  }
  EXPECT_EQ(ask("/main.json", {{"Authorization", "Bearer open-sesame"}}).body, "{}");
  EXPECT_EQ(ask("/main.json", {{"Authorization", "bearer  open-sesame"}}).status, 200);
}

TEST_F(SnapshotServerTest, ARotatedTokenCountsAtOnceAndIsInNoLog) {
  // As the kubelet does it: the path is a symlink through another one, which is replaced.
  util::make_directories(dir_ / "first").value();
  util::make_directories(dir_ / "second").value();
  put(dir_ / "first/token", "open-sesame");
  put(dir_ / "second/token", "another-word");
  ASSERT_EQ(::symlink("first", (dir_ / "..data").c_str()), 0);
  ASSERT_EQ(::symlink("..data/token", (dir_ / "token").c_str()), 0);
  publish("main.json", "{}");
  start({.token_file = dir_ / "token"});
  const auto status = [this](const std::string& word) {
    return ask("/main.json", {{"Authorization", "Bearer " + word}}).status;
  };
  EXPECT_EQ(status("open-sesame"), 200);
  ASSERT_EQ(::symlink("second", (dir_ / "..new").c_str()), 0);
  ASSERT_EQ(::rename((dir_ / "..new").c_str(), (dir_ / "..data").c_str()), 0);
  EXPECT_EQ(status("another-word"), 200);
  EXPECT_EQ(status("open-sesame"), 401);
  log_.logger().info(0, "open-sesame another-word");
  EXPECT_THAT(log_.text(), Not(HasSubstr("open-sesame")));
  EXPECT_THAT(log_.text(), Not(HasSubstr("another-word")));
}

TEST_F(SnapshotServerTest, WhileTheTokenFileIsBrokenTheLastTokenCounts) {
  const std::string token = dir_ / "token";
  put(token, "open-sesame");
  publish("main.json", "{}");
  start({.token_file = token});
  put(token, "\n");
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(ask("/main.json", {{"Authorization", "Bearer open-sesame"}}).status, 200);
    EXPECT_EQ(ask("/main.json", {{"Authorization", "Bearer "}}).status, 401);
  }
  const std::string line = "the token for snapshots stays as it was";
  EXPECT_THAT(log_.text(), HasSubstr(line));
  EXPECT_EQ(log_.text().find(line), log_.text().rfind(line));
}

TEST_F(SnapshotServerTest, SaysAtStartWhatIsServed) {
  start();
  const auto record = nlohmann::json::parse(log_.text());
  EXPECT_EQ(record["msg"], "serving snapshots");
  EXPECT_EQ(record["endpoint"], "127.0.0.1:" + std::to_string(port()));
  EXPECT_EQ(record["tls"], false);
  EXPECT_EQ(record["token"], false);
}

TEST_F(SnapshotServerTest, WhatCannotBeUsedIsAnErrorThatNamesIt) {
  const std::string empty = dir_ / "empty";
  const std::string blanks = dir_ / "blanks";
  put(empty, "\n");
  put(blanks, "two words\n");
  static_cast<void>(with_tls());
  const auto error = [&](SnapshotServerOptions options) {
    if (options.bind.empty()) options.bind = "127.0.0.1:0";
    if (options.folder.empty()) options.folder = folder_;
    const auto server = SnapshotServer::start(options, log_.logger());
    return server ? "" : server.error().message;
  };
  EXPECT_THAT(error({.bind = "foo"}), HasSubstr("\"foo\""));
  EXPECT_THAT(error({.folder = empty + "/none"}), HasSubstr("/empty"));
  EXPECT_THAT(error({.token_file = dir_ / "none"}), HasSubstr("/none"));
  EXPECT_EQ(error({.token_file = empty}), empty + " is empty");
  EXPECT_THAT(error({.token_file = blanks}), HasSubstr("one line without blanks"));
  EXPECT_THAT(error({.tls_certificate = empty, .tls_key = key_}), HasSubstr("no certificate"));
  EXPECT_THAT(error({.tls_certificate = certificate_, .tls_key = empty}),
              HasSubstr("no private key"));
  EXPECT_EQ(log_.text(), "");
  start();
  const auto taken =
      SnapshotServer::start({.bind = "127.0.0.1:" + std::to_string(port()), .folder = folder_},
                            test::CapturedLog().logger());
  ASSERT_FALSE(taken);
  EXPECT_THAT(log::hint_of(taken.error()), HasSubstr("choose another --serve-snapshots"));
  put(key_, authority_.certify_server().key);
  EXPECT_THAT(error({.tls_certificate = certificate_, .tls_key = key_}),
              HasSubstr("not the key of the certificate"));
}

TEST_F(SnapshotServerTest, ItsThreadHasAllSignalsBlocked) {
  start();
  ask("/");  // so the thread has its name
  const auto ids = util::list_directory("/proc/self/task").value();
  std::string blocked = "no such thread";
  for (const auto& id : ids) {
    const std::string directory = "/proc/self/task/" + id;
    if (util::read_file(directory + "/comm") != std::string("snapshots\n")) continue;
    const std::string status = util::read_file(directory + "/status").value();
    blocked = status.substr(status.find("SigBlk:"), 24);
  }
  EXPECT_EQ(blocked, "SigBlk:\tfffffffe7ffbfeff");
}

TEST_F(SnapshotServerTest, NoDescriptorIsLeftBehind) {
  publish("main.json", "{}");
  publish("main.tar.gz", "archive");
  ask_once_over_each();
  const auto before = open_descriptors();
  for (int i = 0; i < 3; ++i) ask_once_over_each();
  EXPECT_EQ(open_descriptors(), before);
}

}  // namespace
}  // namespace gitsync::http
