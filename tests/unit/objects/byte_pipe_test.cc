// SPDX-License-Identifier: Apache-2.0
#include "objects/byte_pipe.h"

#include <gtest/gtest.h>

#include <thread>

namespace gitsync::objects {
namespace {

using namespace std::chrono_literals;

util::Limit limit() { return {.deadline = util::SteadyClock::now() + 30s}; }

// All that comes until the end.
std::string read_all(BytePipe& pipe) {
  std::string all;
  for (;;) {
    const auto piece = pipe.read();
    EXPECT_TRUE(piece) << piece.error().message;
    if (!piece || piece->empty()) return all;
    all += *piece;
  }
}

TEST(BytePipeTest, WhatIsWrittenIsReadThoughItIsMoreThanItHolds) {
  BytePipe pipe(limit());
  const std::string piece(10'000, 'x');
  std::jthread writer([&] {
    for (int n = 0; n < 100; ++n) EXPECT_TRUE(pipe.write(piece));
    pipe.end({});
  });
  EXPECT_EQ(read_all(pipe).size(), 1'000'000U);
}

TEST(BytePipeTest, AnErrorOfTheWriterIsTheReaders) {
  BytePipe pipe(limit());
  EXPECT_TRUE(pipe.write("half"));
  pipe.end(util::Error{.kind = util::ErrorKind::kNetwork, .message = "cut off"});
  const auto piece = pipe.read();
  ASSERT_FALSE(piece);
  EXPECT_EQ(piece.error().message, "cut off");
}

TEST(BytePipeTest, AWriterStopsOnceNobodyReads) {
  BytePipe pipe(limit());
  std::jthread writer([&] {
    const std::string piece(100'000, 'x');
    while (pipe.write(piece)) {
    }
    pipe.end({});
  });
  EXPECT_TRUE(pipe.read());
  pipe.leave();
}

TEST(BytePipeTest, WhoWaitsHeedsTheLimit) {
  util::Event stop;
  stop.set();
  BytePipe pipe({.stop = &stop});
  const auto piece = pipe.read();
  ASSERT_FALSE(piece);
  EXPECT_EQ(piece.error().kind, util::ErrorKind::kStopped);
}

}  // namespace
}  // namespace gitsync::objects
