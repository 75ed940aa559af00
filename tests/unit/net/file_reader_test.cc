// SPDX-License-Identifier: Apache-2.0
#include "net/file_reader.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <atomic>

#include "net/session.h"
#include "support/http_stub.h"
#include "support/temp_dir.h"
#include "util/event.h"
#include "util/fd.h"
#include "util/files.h"

namespace gitsync::net {
namespace {

using namespace std::chrono_literals;

class FileUpload : public testing::Test {
 protected:
  FileUpload() {
    EXPECT_TRUE(util::write_file(dir_ / "file", content_));
    file_ = util::Fd(::open((dir_ / "file").c_str(), O_RDONLY | O_CLOEXEC));
  }
  Request put(const test::TcpServer& server, std::uint64_t size) const {
    return {
        .method = "PUT", .url = server.url("/"), .file = FileBody{.fd = file_.get(), .size = size}};
  }

  const test::TempDir dir_;
  const std::string content_ = std::string(std::size_t{1} << 20, 'a') + "the end";
  util::Fd file_;
};

TEST_F(FileUpload, SendsTheFileWithItsLength) {
  test::TcpServer server(test::answering_by([](const auto&) { return test::response(200, "ok"); }));
  Session session({});
  for (const std::uint64_t size : {content_.size(), std::size_t{0}, std::size_t{5}}) {
    const auto sent = session.send(put(server, size), util::Limit{}.within(20s));
    ASSERT_TRUE(sent) << sent.error().message;
    const auto request = server.requests().back();
    EXPECT_EQ(test::header_of(request, "Content-Length"), std::to_string(size));
    EXPECT_EQ(test::header_of(request, "Expect"), "");
    EXPECT_EQ(test::body_of(request), content_.substr(0, size));
  }
  EXPECT_EQ(server.connections(), 1);
  EXPECT_GE(session.traffic().bytes_sent, content_.size());
}

TEST_F(FileUpload, IsRepeatedFromItsBeginningWhereAKeptConnectionIsFoundClosed) {
  std::atomic<int> count = 0;
  test::TcpServer server(test::answering_by(
      [&](const auto&) { return ++count == 2 ? std::string() : test::response(200, "ok"); }));
  Session session({});
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(session.send(put(server, content_.size()), util::Limit{}.within(20s)));
    EXPECT_EQ(test::body_of(server.requests().back()), content_);
  }
  EXPECT_EQ(count, 3);
}

TEST_F(FileUpload, FileThatEndsTooEarlyIsAnError) {
  test::TcpServer server(test::answering_by([](const auto&) { return test::response(200, "ok"); }));
  Session session({});
  const auto sent = session.send(put(server, content_.size() + 1), util::Limit{}.within(20s));
  ASSERT_FALSE(sent);
  EXPECT_EQ(sent.error().kind, util::ErrorKind::kInvalid);
}

}  // namespace
}  // namespace gitsync::net
