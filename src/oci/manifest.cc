// SPDX-License-Identifier: Apache-2.0
#include "oci/manifest.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <optional>

#include "oci/digest.h"
#include "util/quote.h"
#include "util/sha256.h"
#include "util/timestamp.h"

namespace gitsync::oci {
namespace {

using nlohmann::json;
using util::ErrorKind;
using util::Result;

constexpr std::array<std::string_view, 6> kTars = {
    "application/vnd.oci.image.layer.v1.tar",
    kTarGzip,
    "application/vnd.oci.image.layer.v1.tar+zstd",
    "application/vnd.docker.image.rootfs.diff.tar",
    "application/vnd.docker.image.rootfs.diff.tar.gzip",
    "application/vnd.cncf.flux.content.v1.tar+gzip",
};
// Nothing deeper is in a manifest, and a parser that recurses must be bounded.
constexpr int kMostDepth = 32;
constexpr std::uint64_t kMostSize = std::uint64_t{1} << 50;

std::unexpected<util::Error> wrong(const std::string& why) {
  return util::fail(ErrorKind::kProtocol, why);
}

Result<json> parse(std::string_view text) {
  bool too_deep = false;
  const auto watch = [&](int depth, json::parse_event_t, json&) {
    too_deep = too_deep || depth > kMostDepth;
    return !too_deep;
  };
  if (text.size() > kMostManifestBytes) return wrong("the manifest is larger than 4 MiB");
  auto document = json::parse(text, watch, /*allow_exceptions=*/false);
  if (too_deep || !document.is_object()) return wrong("the manifest is no JSON object");
  return document;
}

std::string text_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

Result<Descriptor> descriptor_of(const json& entry) {
  if (!entry.is_object()) return wrong("the manifest has a descriptor that is no object");
  Descriptor descriptor{.media_type = text_of(entry, "mediaType"),
                        .digest = text_of(entry, "digest")};
  if (!is_digest(descriptor.digest)) {
    return wrong("the manifest has a digest that is not sha256: " +
                 util::quoted(descriptor.digest.substr(0, 100)));
  }
  const auto size = entry.find("size");
  if (size == entry.end() || !size->is_number_unsigned() ||
      size->get<std::uint64_t>() > kMostSize) {
    return wrong("the manifest has no proper size for " + descriptor.digest);
  }
  descriptor.size = size->get<std::uint64_t>();
  return descriptor;
}

Result<const json*> list_of(const json& document, const char* key) {
  const auto found = document.find(key);
  if (found != document.end() && found->is_array()) return &*found;
  return wrong(std::string("the manifest has no list \"") + key + "\"");
}

// "linux/amd64", or nothing where none is named.
std::string platform_of(const json& entry) {
  const auto platform = entry.find("platform");
  if (platform == entry.end() || !platform->is_object()) return {};
  const auto os = text_of(*platform, "os");
  const auto architecture = text_of(*platform, "architecture");
  return os.empty() && architecture.empty() ? "" : os + "/" + architecture;
}

bool is_manifest_type(std::string_view type) {
  return type == kImageManifest || type == kDockerManifest;
}

// The second: what others there are, for people.
std::string list_of_platforms(const json& entries) {
  std::string all;
  for (const auto& entry : entries) {
    const auto platform = entry.is_object() ? platform_of(entry) : std::string();
    if (all.size() < 200) {
      all += (all.empty() ? "" : ", ") + (platform.empty() ? "none" : util::escaped(platform));
    }
  }
  return all;
}

Descriptor describe(std::string_view type, std::string_view bytes) {
  return {.media_type = std::string(type),
          .digest = "sha256:" + util::sha256_hex(bytes),
          .size = bytes.size()};
}

json to_json(const Descriptor& descriptor) {
  return {{"mediaType", descriptor.media_type},
          {"digest", descriptor.digest},
          {"size", descriptor.size}};
}

// Text that is not UTF-8 must not throw: it becomes U+FFFD.
std::string dump(const json& document) {
  return document.dump(-1, ' ', /*ensure_ascii=*/false, json::error_handler_t::replace);
}

json annotations_of(const NewImage& image) {
  json annotations = {{"org.opencontainers.image.created", util::format_timestamp(image.created)}};
  if (!image.revision.empty()) annotations["org.opencontainers.image.revision"] = image.revision;
  if (!image.source.empty()) annotations["org.opencontainers.image.source"] = image.source;
  return annotations;
}

}  // namespace

bool is_index(std::string_view text, std::string_view content_type) {
  auto type = std::string(content_type.substr(0, content_type.find(';')));
  if (const auto document = parse(text); document && !text_of(*document, "mediaType").empty()) {
    type = text_of(*document, "mediaType");
  }
  return type == kImageIndex || type == kDockerList;
}

Result<ImageIndex> parse_index(std::string_view text) {
  GS_TRY(const auto document, parse(text));
  GS_TRY(const auto* const entries, list_of(document, "manifests"));
  std::vector<const json*> all;
  std::vector<const json*> fitting;
  for (const auto& entry : *entries) {
    if (!entry.is_object() || !is_manifest_type(text_of(entry, "mediaType"))) continue;
    const auto platform = platform_of(entry);
    if (platform == "unknown/unknown") continue;
    all.push_back(&entry);
    if (platform.empty() || platform == "linux/amd64") fitting.push_back(&entry);
  }
  const auto& chosen = fitting.empty() ? all : fitting;
  if (chosen.size() != 1) {
    return wrong("the index has " + std::to_string(chosen.size()) +
                 " manifests that may be meant, and must have one (platforms: " +
                 list_of_platforms(*entries) + ")");
  }
  GS_TRY(auto manifest, descriptor_of(*chosen.front()));
  return ImageIndex{.manifest = std::move(manifest)};
}

Result<ImageManifest> parse_manifest(std::string_view text) {
  GS_TRY(const auto document, parse(text));
  if (const auto type = text_of(document, "mediaType"); !type.empty() && !is_manifest_type(type)) {
    return wrong("this is no image manifest but " + util::quoted(type.substr(0, 100)));
  }
  GS_TRY(const auto* const layers, list_of(document, "layers"));
  if (layers->size() != 1) {
    return wrong("the image has " + std::to_string(layers->size()) +
                 " layers, and must have one: a tar of the whole tree");
  }
  ImageManifest manifest;
  GS_TRY(manifest.layer, descriptor_of(layers->front()));
  if (std::ranges::find(kTars, manifest.layer.media_type) == kTars.end()) {
    return wrong("the image's layer is no tar, plain or compressed with gzip or zstd, but " +
                 util::quoted(manifest.layer.media_type.substr(0, 100)));
  }
  if (const auto found = document.find("annotations");
      found != document.end() && found->is_object()) {
    for (const auto& [key, value] : found->items()) {
      if (value.is_string()) manifest.annotations[key] = value.get<std::string>();
    }
  }
  return manifest;
}

ImageDocuments make_image(const NewImage& image) {
  const json config = {
      {"created", util::format_timestamp(image.created)},
      {"architecture", "amd64"},
      {"os", "linux"},
      {"config", json::object()},
      {"rootfs", {{"type", "layers"}, {"diff_ids", {"sha256:" + image.tar_sha256}}}}};
  ImageDocuments documents{.config = dump(config)};
  documents.config_descriptor = describe(kImageConfig, documents.config);
  const json manifest = {{"schemaVersion", 2},
                         {"mediaType", kImageManifest},
                         {"config", to_json(documents.config_descriptor)},
                         {"layers", json::array({to_json(image.layer)})},
                         {"annotations", annotations_of(image)}};
  documents.manifest = dump(manifest);
  documents.manifest_descriptor = describe(kImageManifest, documents.manifest);
  return documents;
}

}  // namespace gitsync::oci
