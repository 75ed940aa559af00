// SPDX-License-Identifier: Apache-2.0
#include "oci/reference.h"

#include <gmock/gmock.h>

namespace gitsync::oci {
namespace {

using ::testing::HasSubstr;

const std::string kDigest = "sha256:" + std::string(64, 'a');

std::string shown(const std::string& address) {
  const auto reference = parse_reference(address);
  EXPECT_TRUE(reference) << address << ": " << reference.error().message;
  return reference ? reference->show() : "";
}

std::string error_of(const std::string& address) {
  const auto reference = parse_reference(address);
  EXPECT_FALSE(reference) << address;
  if (reference) return "";
  EXPECT_EQ(reference.error().kind, util::ErrorKind::kInvalid);
  return reference.error().message;
}

TEST(Reference, HasTagOrDigest) {
  EXPECT_EQ(shown("oci://ghcr.io/org/dags:v1.2_x"), "oci://ghcr.io/org/dags:v1.2_x");
  EXPECT_EQ(shown("oci://ghcr.io/org/dags"), "oci://ghcr.io/org/dags:latest");
  EXPECT_EQ(shown("oci://ghcr.io/org/dags@" + kDigest), "oci://ghcr.io/org/dags@" + kDigest);
  const auto both = parse_reference("oci://ghcr.io/org/dags:main@" + kDigest).value();
  EXPECT_EQ(both.tag, "main");
  EXPECT_EQ(both.version(), kDigest) << "the digest counts";
  EXPECT_EQ(parse_reference("oci://ghcr.io/org/dags:main")->version(), "main");
}

TEST(Reference, TheRegistryMayHaveAPort) {
  const auto reference = parse_reference("oci://LocalHost:5000/a/b/c:t").value();
  EXPECT_EQ(reference.registry, "localhost:5000");
  EXPECT_EQ(reference.host(), "localhost:5000");
  EXPECT_EQ(reference.repository, "a/b/c");
  EXPECT_EQ(shown("oci://[::1]:5000/a:t"), "oci://[::1]:5000/a:t");
}

TEST(Reference, DockersRegistryHasSeveralNames) {
  for (const auto* host : {"docker.io", "index.docker.io", "registry-1.docker.io"}) {
    const auto reference = parse_reference("oci://" + std::string(host) + "/alpine:3").value();
    EXPECT_EQ(reference.show(), "oci://docker.io/library/alpine:3");
    EXPECT_EQ(reference.host(), "registry-1.docker.io");
  }
  EXPECT_EQ(shown("oci://docker.io/org/dags:3"), "oci://docker.io/org/dags:3");
}

TEST(Reference, RepositoriesAreAsTheSpecificationSays) {
  for (const auto* good : {"a", "a.b", "a_b", "a__b", "a-b", "a---b", "0/1/2", "a1.2b/c"}) {
    EXPECT_EQ(shown("oci://r.example/" + std::string(good)),
              "oci://r.example/" + std::string(good) + ":latest");
  }
  for (const auto* bad : {"a..b", "a___b", "a-", "-a", ".a", "a/", "/a", "a//b", "a.-b", "a b", "ä",
                          "../a", "a/../b", "%61"}) {
    EXPECT_THAT(error_of("oci://r.example/" + std::string(bad)), HasSubstr("is no repository"))
        << bad;
  }
  EXPECT_THAT(error_of("oci://r.example/Org/dags"), HasSubstr("must be in lower case"));
  EXPECT_THAT(error_of("oci://r.example/" + std::string(256, 'a')), HasSubstr("is no repository"));
}

TEST(Reference, SaysWhatIsWrong) {
  EXPECT_THAT(error_of("https://r.example/a"), HasSubstr("does not begin with oci://"));
  EXPECT_THAT(error_of("oci://"), HasSubstr("the registry's host is missing"));
  EXPECT_THAT(error_of("oci:///a"), HasSubstr("the registry's host is missing"));
  EXPECT_THAT(error_of("oci://r.example"), HasSubstr("the repository is missing"));
  EXPECT_THAT(error_of("oci://r.example/"), HasSubstr("the repository is missing"));
  EXPECT_THAT(error_of("oci://r.example:x/a"), HasSubstr("\"r.example:x\" is no host"));
  EXPECT_THAT(error_of("oci://r.example/a:"), HasSubstr("is no tag"));
  EXPECT_THAT(error_of("oci://r.example/a:-x"), HasSubstr("is no tag"));
  EXPECT_THAT(error_of("oci://r.example/a:b:c"), HasSubstr("is no tag"));
  EXPECT_THAT(error_of("oci://r.example/a:" + std::string(129, 't')), HasSubstr("is no tag"));
  EXPECT_THAT(error_of("oci://r.example/a@sha256:12"), HasSubstr("after '@' must stand a digest"));
  EXPECT_THAT(error_of("oci://r.example/a@sha512:" + std::string(128, 'a')),
              HasSubstr("after '@' must stand a digest"));
  EXPECT_THAT(error_of("oci://r.example/a?b"), HasSubstr("'?'"));
}

TEST(Reference, DoesNotRepeatAPassword) {
  const auto message = error_of("oci://user:hush@r.example/a:t");
  EXPECT_THAT(message, HasSubstr("holds a user name"));
  EXPECT_THAT(message, ::testing::Not(HasSubstr("hush")));
}

}  // namespace
}  // namespace gitsync::oci
