// SPDX-License-Identifier: Apache-2.0
// Image manifests and indexes that lead to one tar: what Flux, oras, Argo CD and Kubernetes' image
// volumes write and read.
//
// Format: OCI image specification 1.1, "Image Manifest", "Image Index" and "Image Configuration";
// and what Docker had before it (manifest schema 2).

#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "oci/descriptor.h"
#include "util/error.h"

namespace gitsync::oci {

inline constexpr std::string_view kImageManifest = "application/vnd.oci.image.manifest.v1+json";
inline constexpr std::string_view kImageIndex = "application/vnd.oci.image.index.v1+json";
inline constexpr std::string_view kDockerManifest =
    "application/vnd.docker.distribution.manifest.v2+json";
inline constexpr std::string_view kDockerList =
    "application/vnd.docker.distribution.manifest.list.v2+json";

inline constexpr std::string_view kImageConfig = "application/vnd.oci.image.config.v1+json";
inline constexpr std::string_view kTarGzip = "application/vnd.oci.image.layer.v1.tar+gzip";

// Manifests are read whole; the distribution specification wants registries to take 4 MiB.
inline constexpr std::size_t kMostManifestBytes = std::size_t{4} << 20;

struct ImageManifest {
  Descriptor layer;  // the one tar: plain, gzip or zstd, as its bytes say
  std::map<std::string, std::string> annotations;
};

// Which manifest of an index is meant: the only one, or the only one for linux/amd64 or for no
// platform. Attestations that builders add (platform "unknown/unknown") do not count.
struct ImageIndex {
  Descriptor manifest;
};

// What a document is: its own "mediaType", or else the Content-Type that it came with. Errors of
// both: kProtocol for what is malformed or of another kind; a manifest must have exactly one layer,
// and that a tar.
bool is_index(std::string_view text, std::string_view content_type);
util::Result<ImageIndex> parse_index(std::string_view text);
util::Result<ImageManifest> parse_manifest(std::string_view text);

struct NewImage {
  Descriptor layer;        // tar+gzip
  std::string tar_sha256;  // of the tar in the layer, hex: archive::Written has it
  std::string revision;    // annotation org.opencontainers.image.revision; empty: left out
  std::string source;      // the same of …source: an address without credentials
  std::chrono::sys_seconds created = {};
};

struct ImageDocuments {
  std::string config;  // a blob that must be pushed before the manifest
  Descriptor config_descriptor;
  std::string manifest;
  Descriptor manifest_descriptor;
};

// The same input gives the same bytes. The configuration names the layer's diff_id and linux/amd64,
// so that container runtimes mount the image as well.
ImageDocuments make_image(const NewImage& image);

}  // namespace gitsync::oci
