// SPDX-License-Identifier: Apache-2.0
#include "util/forced_end.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace gitsync::util {
namespace {

TEST(ForcedEnd, RunsWhatIsRegisteredTheLatestFirst) {
  ForcedEnd end;
  std::string order;
  const auto first = end.add([&] { order += 'a'; });
  auto second = std::optional(end.add([&] { order += 'b'; }));
  end.run();
  EXPECT_EQ(order, "ba");
  second.reset();
  end.run();
  EXPECT_EQ(order, "baa");
}

TEST(ForcedEnd, AMovedRegistrationEndsOnceAndMayOutliveTheList) {
  std::optional<ForcedEnd> end{std::in_place};
  int calls = 0;
  ForcedEnd::Registration registration;
  {
    auto moved = end->add([&] { ++calls; });
    registration = std::move(moved);
  }
  end->run();
  EXPECT_EQ(calls, 1);
  end.reset();
  registration.reset();
}

}  // namespace
}  // namespace gitsync::util
