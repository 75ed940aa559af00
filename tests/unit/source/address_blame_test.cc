// SPDX-License-Identifier: Apache-2.0
#include "source/address_blame.h"

#include <gtest/gtest.h>

namespace gitsync::source {
namespace {

using util::Cause;

struct Case {
  Cause seen;
  std::string url;
  Cause blamed;
  std::string meant;
};

class BlamingAnAddress : public testing::TestWithParam<Case> {};

TEST_P(BlamingAnAddress, FindsWhatIsMeant) {
  const auto& c = GetParam();
  const auto error = blame_address({.message = "", .cause = c.seen}, c.url);
  EXPECT_EQ(error.cause, c.blamed) << c.url;
  EXPECT_EQ(error.subject, c.meant) << c.url;
}

INSTANTIATE_TEST_SUITE_P(
    Mistakes, BlamingAnAddress,
    testing::Values(
        Case{Cause::kHostNameUnknown, "ssh://git@h.example:v3/org/repo", Cause::kPathInPlaceOfPort,
             "ssh://git@h.example/v3/org/repo or git@h.example:v3/org/repo"},
        Case{Cause::kAddressMalformed, "https://h.example:org/repo", Cause::kPathInPlaceOfPort,
             "https://h.example/org/repo"},
        Case{Cause::kNothingServed, "h.example/org/repo", Cause::kSchemeMissing,
             "https://h.example/org/repo or git@h.example:org/repo"},
        Case{Cause::kNothingServed, "git@h.example/org/repo", Cause::kSchemeMissing,
             "https://h.example/org/repo or git@h.example:org/repo"},
        Case{Cause::kNothingServed, "org/repo", Cause::kSchemeMissing,
             "https://HOST/org/repo or git@HOST:org/repo"},
        Case{Cause::kHostNameUnknown, "https:/h.example/x", Cause::kSchemeMistyped,
             "https://h.example/x"},
        Case{Cause::kHostNameUnknown, "ssh:h.example/x", Cause::kSchemeMistyped,
             "ssh://h.example/x"},
        Case{Cause::kNothingServed, "https//h.example/x", Cause::kSchemeMistyped,
             "https://h.example/x"},
        Case{Cause::kUnknownScheme, "'https://h.example/x'", Cause::kAddressQuoted, ""},
        Case{Cause::kUnknown, "fd::17", Cause::kAddressMalformed, ""},
        Case{Cause::kUnknownScheme, " https://h.example/x", Cause::kAddressQuoted, ""}));

INSTANTIATE_TEST_SUITE_P(
    NoMistakes, BlamingAnAddress,
    testing::Values(
        Case{Cause::kHostNameUnknown, "https://no-such-host.invalid/x", Cause::kHostNameUnknown,
             ""},
        Case{Cause::kHostNameUnknown, "ssh://git@h.example:22/x", Cause::kHostNameUnknown, ""},
        Case{Cause::kHostNameUnknown, "ssh://[::1]:22/x", Cause::kHostNameUnknown, ""},
        Case{Cause::kHostNameUnknown, "git@h.example:x", Cause::kHostNameUnknown, ""},
        Case{Cause::kNothingServed, "/srv/x", Cause::kNothingServed, ""},
        Case{Cause::kNothingServed, "./x/y", Cause::kNothingServed, ""},
        Case{Cause::kNothingServed, "git@h.example:org/x", Cause::kNothingServed, ""},
        Case{Cause::kUnknownScheme, "htps://h.example/x", Cause::kUnknownScheme, ""},
        Case{Cause::kConnectionRefused, "'https://h.example/x'", Cause::kConnectionRefused, ""}));

TEST(BlamingAnAddress, ShowsNoPassword) {
  const auto error = blame_address({.message = "", .cause = Cause::kHostNameUnknown},
                                   "https:/me:S3kret@h.example/x?token=S3kret");
  EXPECT_EQ(error.cause, Cause::kSchemeMistyped);
  EXPECT_EQ(error.subject.find("S3kret"), std::string::npos) << error.subject;
}

}  // namespace
}  // namespace gitsync::source
