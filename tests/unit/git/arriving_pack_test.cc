// SPDX-License-Identifier: Apache-2.0
#include "git/arriving_pack.h"

#include <gtest/gtest.h>

#include <atomic>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "git/pack_receiver.h"
#include "pack_builder.h"
#include "support/temp_dir.h"
#include "util/thread.h"

namespace gitsync::git {
namespace {

using std::chrono::minutes;

// Text that zlib makes little smaller.
std::string noise(unsigned seed, std::size_t size) {
  std::mt19937 random(seed);
  std::string bytes(size, '\0');
  for (char& c : bytes) c = static_cast<char>(random());
  return bytes;
}

class ArrivingPackTest : public testing::Test {
 protected:
  static constexpr unsigned kBlobs = 200;
  static constexpr std::size_t kSize = 3000;  // bytes

  // Blobs of noise, every third with a delta that makes it one byte longer.
  ArrivingPackTest() {
    for (unsigned i = 0; i < kBlobs; ++i) {
      const auto base = pack_.add(ObjectType::kBlob, noise(i, kSize));
      contents_.push_back(noise(i, kSize));
      if (i % 3 != 0) continue;
      contents_.push_back(noise(i, kSize) + "!");
      pack_.add_offset_delta(base, delta_of(noise(i, kSize), contents_.back()));
    }
    bytes_ = pack_.finish();
  }

  ObjectId id(std::size_t i) const { return id_of(ObjectType::kBlob, contents_.at(i)); }

  PackReceiver receiver(ArrivingPack& arriving) {
    const std::string name = dir_ / ("got" + std::to_string(++receivers_));
    auto made = PackReceiver::create({.pack = name + ".pack", .index = name + ".idx"},
                                     {.observer = &arriving});
    EXPECT_TRUE(made) << made.error().message;
    return std::move(made).value();
  }

  // Feeds all of it in a thread, and finishes.
  std::jthread feeding(PackReceiver& receiver) {
    return util::start_thread("feeder",
                              [&] {
                                for (std::size_t at = 0; at < bytes_.size(); at += 1000) {
                                  const auto fed = receiver.feed(
                                      std::string_view(bytes_).substr(at, 1000), limit_);
                                  EXPECT_TRUE(fed) << fed.error().message;
                                }
                                const auto summary = receiver.finish(limit_);
                                EXPECT_TRUE(summary) << summary.error().message;
                                is_finished_ = true;
                              })
        .value();
  }

  void expect_read(ArrivingPack& arriving, std::size_t i) {
    const auto object = arriving.read(id(i), limit_);
    ASSERT_TRUE(object) << object.error().message;
    EXPECT_EQ((*object)->bytes, contents_[i]) << i;
  }

  test::TempDir dir_;
  PackBuilder pack_;
  std::vector<std::string> contents_;
  std::string bytes_;
  util::Limit limit_ = util::Limit{}.within(minutes(5));
  int receivers_ = 0;
  std::atomic<bool> is_finished_ = false;
};

TEST_F(ArrivingPackTest, GivesWhatArrivesInOrder) {
  ArrivingPack arriving;
  auto receiver = this->receiver(arriving);
  const auto thread = feeding(receiver);
  for (std::size_t i = 0; i < contents_.size(); ++i) expect_read(arriving, i);
  arriving.no_more_reads();
}

TEST_F(ArrivingPackTest, GivesAnythingInAnyOrderThroughATinyCache) {
  for (const std::size_t unread : {0u, 10000u}) {
    ArrivingPack arriving({.unread = unread, .budgets = {.base_cache = 0}});
    auto receiver = this->receiver(arriving);
    const auto thread = feeding(receiver);
    std::vector<std::size_t> order(contents_.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::ranges::shuffle(order, std::mt19937(3));
    for (const std::size_t i : order) expect_read(arriving, i);
    for (const std::size_t i : order) expect_read(arriving, i);
    arriving.no_more_reads();
  }
}

TEST_F(ArrivingPackTest, HoldsTheReceiverUpUntilSomebodyWaits) {
  ArrivingPack arriving({.unread = 10000});
  auto receiver = this->receiver(arriving);
  // Nobody reads, so that it goes no further than there is room.
  const auto fed = receiver.feed(bytes_, util::Limit{}.within(std::chrono::milliseconds(200)));
  ASSERT_FALSE(fed);
  EXPECT_EQ(fed.error().kind, util::ErrorKind::kTimeout);
  EXPECT_LT(receiver.arrived(), 10u);
}

TEST_F(ArrivingPackTest, LetsTheReceiverGoOnForTheLastObject) {
  ArrivingPack arriving({.unread = 10000});
  auto receiver = this->receiver(arriving);
  const auto thread = feeding(receiver);
  expect_read(arriving, contents_.size() - 1);
  expect_read(arriving, 0);
  arriving.no_more_reads();
}

TEST_F(ArrivingPackTest, NoMoreReadsLetTheReceiverFinish) {
  ArrivingPack arriving({.unread = 10000});
  auto receiver = this->receiver(arriving);
  {
    const auto thread = feeding(receiver);
    expect_read(arriving, 0);
    arriving.no_more_reads();
  }
  EXPECT_TRUE(is_finished_);
}

TEST_F(ArrivingPackTest, SaysWhatThePackLacks) {
  ArrivingPack arriving;
  auto receiver = this->receiver(arriving);
  const auto thread = feeding(receiver);
  const auto object = arriving.read(ObjectId{{1, 2, 3}}, limit_);
  ASSERT_FALSE(object);
  EXPECT_EQ(object.error().kind, util::ErrorKind::kNotFound);
  arriving.no_more_reads();
}

TEST_F(ArrivingPackTest, SaysWhyNoMoreComes) {
  ArrivingPack arriving;
  {
    auto receiver = this->receiver(arriving);
    ASSERT_TRUE(receiver.feed(std::string_view(bytes_).substr(0, 50000), limit_));
    receiver.give_up({.kind = util::ErrorKind::kNetwork, .message = "it broke"});
  }
  const auto lost = arriving.read(id(contents_.size() - 1), limit_);
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().message, "it broke");
  expect_read(arriving, 0);  // what has come can still be read
}

TEST_F(ArrivingPackTest, WaitsNoLongerThanTheLimit) {
  ArrivingPack arriving;
  auto receiver = this->receiver(arriving);
  const util::Event stop;
  stop.set();
  EXPECT_EQ(arriving.read(id(0), {.stop = &stop}).error().kind, util::ErrorKind::kStopped);
  EXPECT_EQ(arriving.read(id(0), {.deadline = {}}).error().kind, util::ErrorKind::kTimeout);
  // Afterwards it is as before.
  const auto thread = feeding(receiver);
  expect_read(arriving, 1);
  arriving.no_more_reads();
}

TEST_F(ArrivingPackTest, StreamsLargeObjectsAndSmallOnes) {
  const std::string large = noise(77, 3 << 20);
  PackBuilder pack;
  const auto base = pack.add(ObjectType::kBlob, large);
  pack.add(ObjectType::kBlob, "small");
  pack.add(ObjectType::kBlob, "");
  pack.add_offset_delta(base, delta_of(large, large + "!"));
  bytes_ = pack.finish();
  ArrivingPack arriving({.unread = std::size_t{1} << 20});
  auto receiver = this->receiver(arriving);
  const auto thread = feeding(receiver);
  for (const std::string& content : {large, std::string("small"), std::string(), large + "!"}) {
    std::string got;
    std::uint64_t size = 1;
    const auto streamed =
        arriving.stream(id_of(ObjectType::kBlob, content),
                        {.begin = [&](const ObjectInfo& info) -> util::Result<void> {
                           size = info.size;
                           return {};
                         },
                         .write = [&](std::string_view piece) -> util::Result<void> {
                           got += piece;
                           return {};
                         }},
                        limit_);
    ASSERT_TRUE(streamed) << streamed.error().message;
    EXPECT_EQ(size, content.size());
    EXPECT_TRUE(got == content);
  }
  arriving.no_more_reads();
}

TEST_F(ArrivingPackTest, GivesEachObjectOnceInTheOrderOfArrival) {
  ArrivingPack arriving({.unread = 20000});
  auto receiver = this->receiver(arriving);
  const auto thread = feeding(receiver);
  std::size_t i = 0;
  for (; true; ++i) {
    const auto object = arriving.next(limit_);
    ASSERT_TRUE(object) << object.error().message;
    if (!*object) break;
    ASSERT_LT(i, contents_.size());
    EXPECT_EQ((*object)->id, id(i));
    EXPECT_EQ((*object)->content->bytes, contents_[i]);
  }
  EXPECT_EQ(i, contents_.size());
}

TEST_F(ArrivingPackTest, WhoWaitsForOneGetsTheOthersFirstAndNothingIsDropped) {
  ArrivingPack arriving({.unread = 20000, .budgets = {.base_cache = 0}});
  auto receiver = this->receiver(arriving);
  const auto thread = feeding(receiver);
  const auto last = id(contents_.size() - 1);
  std::size_t others = 0;
  while (true) {
    const auto come = arriving.read_or_next(last, limit_);
    ASSERT_TRUE(come) << come.error().message;
    if (come->wanted) break;
    ASSERT_TRUE(come->other);
    EXPECT_EQ(come->other->id, id(others++));
  }
  // Those that came shortly before it; and itself, if it was in the file before it was told.
  while (true) {
    const auto object = arriving.next(limit_);
    ASSERT_TRUE(object) << object.error().message;
    if (!*object) break;
    if ((*object)->id == last) continue;
    EXPECT_EQ((*object)->id, id(others++));
  }
  EXPECT_EQ(others, contents_.size() - 1);
  // One that was taken is read back.
  const auto again = arriving.read_or_next(id(0), limit_);
  ASSERT_TRUE(again) << again.error().message;
  ASSERT_TRUE(again->wanted);
  EXPECT_EQ(again->wanted->bytes, contents_[0]);
}

TEST_F(ArrivingPackTest, WhoWaitsForAnythingLearnsThatTheRestDoesNotCome) {
  ArrivingPack arriving;
  auto receiver = this->receiver(arriving);
  ASSERT_TRUE(receiver.feed(std::string_view(bytes_).substr(0, bytes_.size() / 2), limit_));
  receiver.give_up({.kind = util::ErrorKind::kNetwork, .message = "the cable"});
  while (true) {
    const auto object = arriving.next(limit_);
    if (object) continue;
    EXPECT_EQ(object.error().message, "the cable");
    break;
  }
  const auto come = arriving.read_or_next(id(contents_.size() - 1), limit_);
  ASSERT_FALSE(come);
  EXPECT_EQ(come.error().message, "the cable");
}

}  // namespace
}  // namespace gitsync::git
