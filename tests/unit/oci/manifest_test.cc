// SPDX-License-Identifier: Apache-2.0
#include "oci/manifest.h"

#include <gmock/gmock.h>

#include "oci/digest.h"

namespace gitsync::oci {
namespace {

using ::testing::HasSubstr;

const std::string kA = "sha256:" + std::string(64, 'a');
const std::string kB = "sha256:" + std::string(64, 'b');

std::string entry(const std::string& type, const std::string& digest,
                  const std::string& more = "") {
  return R"({"mediaType":")" + type + R"(","digest":")" + digest + R"(","size":7)" + more + "}";
}

std::string image(const std::string& layers) {
  return R"({"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",)"
         R"("layers":[)" +
         layers + R"(],"annotations":{"a":"b","n":1}})";
}

std::string error_of_image(const std::string& json) {
  const auto manifest = parse_manifest(json);
  return manifest ? "" : manifest.error().message;
}

std::string platform(const std::string& os, const std::string& architecture) {
  return R"(,"platform":{"os":")" + os + R"(","architecture":")" + architecture + R"("})";
}

// The digest that is chosen, or the error.
std::string chosen(const std::vector<std::string>& entries) {
  std::string list;
  for (const auto& one : entries) list += (list.empty() ? "" : ",") + one;
  const auto index = parse_index(R"({"manifests":[)" + list + "]}");
  return index ? index->manifest.digest : index.error().message;
}

const std::string kType(kImageManifest);
const std::string kTar(kTarGzip);

TEST(Manifest, AllTarsThatPeopleUseAreTaken) {
  for (const auto* type :
       {"application/vnd.oci.image.layer.v1.tar", "application/vnd.oci.image.layer.v1.tar+gzip",
        "application/vnd.oci.image.layer.v1.tar+zstd",
        "application/vnd.docker.image.rootfs.diff.tar.gzip",
        "application/vnd.cncf.flux.content.v1.tar+gzip"}) {
    const auto manifest = parse_manifest(image(entry(type, kA)));
    ASSERT_TRUE(manifest) << manifest.error().message;
    EXPECT_EQ(manifest->layer.digest, kA);
    EXPECT_EQ(manifest->layer.size, 7U);
    EXPECT_EQ(manifest->annotations.at("a"), "b");
  }
}

TEST(Manifest, SaysWhatItCannotUse) {
  EXPECT_THAT(error_of_image("nonsense"), HasSubstr("no JSON object"));
  EXPECT_THAT(error_of_image("{}"), HasSubstr("no list \"layers\""));
  EXPECT_THAT(error_of_image(image("")), HasSubstr("has 0 layers, and must have one"));
  EXPECT_THAT(error_of_image(image(entry(kTar, kA) + "," + entry(kTar, kB))),
              HasSubstr("has 2 layers"));
  EXPECT_THAT(error_of_image(image(entry("application/vnd.cncf.helm.chart", kA))),
              HasSubstr("is no tar"));
  EXPECT_THAT(error_of_image(image(entry(kTar, "sha512:abc"))),
              HasSubstr("a digest that is not sha256"));
  EXPECT_THAT(error_of_image(image("7")), HasSubstr("no object"));
  EXPECT_THAT(error_of_image(
                  image(R"({"mediaType":")" + kTar + R"(","digest":")" + kA + R"(","size":-1})")),
              HasSubstr("no proper size"));
  EXPECT_THAT(error_of_image(R"({"mediaType":"application/vnd.oci.image.index.v1+json"})"),
              HasSubstr("this is no image manifest"));
  std::string deep;
  for (int i = 0; i < 100000; ++i) deep += R"({"a":)";
  EXPECT_THAT(error_of_image(deep), HasSubstr("no JSON object"));
  EXPECT_THAT(error_of_image(std::string(5 << 20, ' ')), HasSubstr("larger than 4 MiB"));
}

TEST(Manifest, OfAnIndexTheOneThatFitsIsMeant) {
  EXPECT_EQ(chosen({entry(kType, kA)}), kA);
  EXPECT_EQ(chosen({entry(kType, kA, platform("linux", "arm64"))}), kA) << "there is no other";
  EXPECT_EQ(chosen({entry(kType, kA, platform("linux", "arm64")),
                    entry(kType, kB, platform("linux", "amd64"))}),
            kB);
  EXPECT_EQ(chosen({entry(kType, kA, platform("unknown", "unknown")), entry(kType, kB)}), kB)
      << "attestations do not count";
  EXPECT_THAT(chosen({entry(kType, kA), entry(kType, kB)}), HasSubstr("has 2 manifests"));
  EXPECT_THAT(chosen({entry(kType, kA, platform("linux", "arm64")),
                      entry(kType, kB, platform("linux", "s390x"))}),
              HasSubstr("(platforms: linux/arm64, linux/s390x)"));
  EXPECT_THAT(chosen({}), HasSubstr("has 0 manifests"));
  EXPECT_THAT(chosen({"7", entry("application/json", kA)}), HasSubstr("has 0 manifests"));
}

TEST(Manifest, AnIndexIsKnownByItsOwnWordOrTheHeader) {
  EXPECT_TRUE(is_index(R"({"mediaType":"application/vnd.oci.image.index.v1+json"})", ""));
  EXPECT_TRUE(is_index("{}", "application/vnd.docker.distribution.manifest.list.v2+json; x=y"));
  EXPECT_FALSE(is_index(image(""), "application/vnd.oci.image.index.v1+json"));
  EXPECT_FALSE(is_index("{}", "application/json"));
}

NewImage sample() {
  return {.layer = {.media_type = kTar, .digest = kA, .size = 7},
          .tar_sha256 = std::string(64, 'c'),
          .revision = "abc",
          .source = "https://git.example/dags",
          .created = std::chrono::sys_seconds(std::chrono::seconds(1700000000))};
}

TEST(Manifest, WhatIsMadeIsReadAndAlwaysTheSame) {
  const auto made = make_image(sample());
  const auto manifest = parse_manifest(made.manifest);
  ASSERT_TRUE(manifest) << manifest.error().message;
  EXPECT_EQ(manifest->layer.digest, kA);
  EXPECT_EQ(manifest->annotations.at("org.opencontainers.image.revision"), "abc");
  EXPECT_EQ(manifest->annotations.at("org.opencontainers.image.source"),
            "https://git.example/dags");
  EXPECT_EQ(manifest->annotations.at("org.opencontainers.image.created"), "2023-11-14T22:13:20Z");
  EXPECT_EQ(made.config,
            R"({"architecture":"amd64","config":{},"created":"2023-11-14T22:13:20Z","os":"linux",)"
            R"("rootfs":{"diff_ids":["sha256:)" +
                std::string(64, 'c') + R"("],"type":"layers"}})");
  EXPECT_TRUE(is_digest(made.manifest_descriptor.digest));
  EXPECT_EQ(made.manifest_descriptor.size, made.manifest.size());
  EXPECT_EQ(make_image(sample()).manifest, made.manifest);
}

}  // namespace
}  // namespace gitsync::oci
