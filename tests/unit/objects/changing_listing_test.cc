// SPDX-License-Identifier: Apache-2.0
// Real servers whose bucket changes between the pages of a listing, and between listing and
// download: what is published is always a state that there was.
#include <gmock/gmock.h>

#include <deque>
#include <functional>
#include <mutex>
#include <thread>

#include "bucket_folder_fixture.h"
#include "support/s3_server.h"
#include "support/tcp_relay.h"

namespace gitsync::objects {
namespace {

using test::MemoryTree;
using test::S3Server;
using testing::HasSubstr;

// Two pages.
constexpr int kObjects = 1100;

std::string name_of(int number) {
  const auto digits = std::to_string(number);
  return std::string(4 - digits.size(), '0') + digits;
}

class ChangingListing : public testing::TestWithParam<S3Server::Kind> {
 protected:
  void SetUp() override {
    if (const auto why = S3Server::why_missing(GetParam()); !why.empty()) GTEST_SKIP() << why;
    server_ = std::make_unique<S3Server>(GetParam());
    server_->create_bucket("bucket");
    fill();
    writer_.emplace(open(server_->endpoint()));
    relay_.emplace(server_->port(), [this](std::string_view bytes) { watch(bytes); });
  }

  s3::Client open(const std::string& endpoint) const {
    auto credentials = std::make_shared<s3::Credentials>(
        s3::CredentialOptions{.environment = server_->environment()}, log_.logger());
    return s3::Client::open({.endpoint = endpoint}, "bucket", credentials).value();
  }
  s3::Client through_relay() const {
    return open("http://127.0.0.1:" + std::to_string(relay_->port()));
  }

  // What is there, and the same in `now_`.
  static void put(s3::Client& client, const std::string& name, const std::string& content) {
    const auto done =
        client.put("d/" + name, content, {}, util::Limit{}.within(std::chrono::seconds(30)));
    EXPECT_TRUE(done) << done.error().message;
  }
  void put(const std::string& name, const std::string& content) {
    put(*writer_, name, content);
    now_[name] = {.content = content};
  }
  void remove(const std::string& name) {
    EXPECT_TRUE(writer_->remove("d/" + name, util::Limit{}.within(std::chrono::seconds(30))));
    now_.erase(name);
  }

  // What happens before the next requests that ask for a second page, or for an object: one each.
  void before_second_page(std::function<void()> change) { on_page_.push_back(std::move(change)); }
  void before_object(std::function<void()> change) { on_object_.push_back(std::move(change)); }
  bool all_has_happened() const { return on_page_.empty() && on_object_.empty(); }

  MemoryTree now_;

 private:
  void fill() {
    std::vector<std::jthread> threads;
    constexpr int kThreads = 4;
    for (int first = 0; first < kThreads; ++first) {
      threads.emplace_back([this, first] {
        auto client = open(server_->endpoint());
        for (int i = first; i < kObjects; i += kThreads) put(client, name_of(i), "1");
      });
    }
    for (int i = 0; i < kObjects; ++i) now_[name_of(i)] = {.content = "1"};
  }
  // In the relay's thread, while the test waits for the pass.
  void watch(std::string_view bytes) {
    const auto line = bytes.substr(0, bytes.find('\r'));
    const bool is_listing = line.contains("list-type=2");
    const bool is_second = is_listing && line.contains("continuation-token") && !was_second_;
    if (is_listing) was_second_ = line.contains("continuation-token");
    auto& changes = is_second ? on_page_ : on_object_;
    if ((is_listing && !is_second) || changes.empty()) return;
    const auto change = std::move(changes.front());
    changes.pop_front();
    change();
  }

  const test::CapturedLog log_;
  std::unique_ptr<S3Server> server_;
  std::optional<s3::Client> writer_;
  std::deque<std::function<void()>> on_page_;
  std::deque<std::function<void()>> on_object_;
  bool was_second_ = false;  // the last request for a listing was for a later page
  std::optional<test::TcpRelay> relay_;
};

INSTANTIATE_TEST_SUITE_P(With, ChangingListing,
                         testing::Values(S3Server::Kind::kSeaweed, S3Server::Kind::kVersity),
                         [](const auto& one) {
                           return one.param == S3Server::Kind::kSeaweed ? "Seaweed" : "Versity";
                         });

TEST_P(ChangingListing, WhatIsPublishedIsAlwaysAStateThatThereWas) {
  FollowedFolder folder(through_relay());
  ASSERT_EQ(folder.error(), "");
  ASSERT_TRUE(folder.shown() == now_) << "all objects of both pages";

  // Of the first page's one and the last page's one the first listing sees the old one and the new
  // one: a state that never was.
  put("0500", "2");
  before_second_page([&] {
    put("0001", "2");
    put("1099", "2");
  });
  ASSERT_EQ(folder.error(), "");
  EXPECT_TRUE(folder.shown() == now_);

  // What was read goes, what was not yet read comes, and the other way round.
  put("0500", "3");
  before_second_page([&] {
    remove("0002");
    put("1098b", "new");
  });
  before_second_page([&] {
    put("0002b", "new");
    remove("1097");
  });
  ASSERT_EQ(folder.error(), "");
  EXPECT_TRUE(folder.shown() == now_);

  // Behind both listings: the object is not what they said any more, or gone.
  put("0500", "4");
  before_object([&] { put("0500", "5"); });
  before_object([&] { remove("0500"); });
  ASSERT_EQ(folder.error(), "");
  EXPECT_TRUE(folder.shown() == now_);
  EXPECT_TRUE(all_has_happened());

  // For ever: nothing new is shown, and when it is over all is.
  const auto before = folder.shown();
  put("0600", "2");
  for (int n = 0; n < 20; ++n) {
    before_second_page([this, n] { put("0000", std::to_string(n)); });
  }
  EXPECT_THAT(folder.error(), HasSubstr("changes while it is listed"));
  EXPECT_TRUE(folder.shown() == before);
  for (int passes = 0; passes < 20 && !folder.error().empty(); ++passes) {
    EXPECT_TRUE(folder.shown() == before);
  }
  EXPECT_TRUE(folder.shown() == now_);
}

}  // namespace
}  // namespace gitsync::objects
