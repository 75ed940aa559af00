// SPDX-License-Identifier: Apache-2.0
#include "snapshot/registry_target.h"

#include <utility>

#include "oci/manifest.h"

namespace gitsync::snapshot {

using util::Result;

RegistryTarget::RegistryTarget(RegistryTargetOptions options, Connect connect, Archives& archives,
                               log::Logger logger)
    : options_(std::move(options)),
      connect_(std::move(connect)),
      archives_(archives),
      log_(std::move(logger)) {}

std::string RegistryTarget::address() const { return "oci://" + options_.place.show(); }

// A tag that is not there yet, or that leads to something else, shows nothing of ours.
Result<bool> RegistryTarget::is_shown(oci::Client& client, const Item& item,
                                      const util::Limit& limit) {
  const auto document = client.manifest(options_.place.tag, limit);
  if (!document) {
    if (document.error().kind == util::ErrorKind::kNotFound) return false;
    return util::fail(document.error());
  }
  const auto manifest = oci::parse_manifest(document->bytes);
  if (!manifest) return false;
  const auto revision = manifest->annotations.find("org.opencontainers.image.revision");
  return revision != manifest->annotations.end() && revision->second == item.revision.id;
}

Result<void> RegistryTarget::publish(const Item& item, const util::Limit& limit) {
  GS_TRY(auto client, connect_());
  GS_TRY(const bool is_there, is_shown(client, item, limit));
  if (is_there) {
    log_.info(3, "this snapshot is shown already", {{"address", address()}});
    return {};
  }
  GS_TRY(const auto packed, archives_.pack(item, limit));
  const oci::Descriptor layer{.media_type = std::string(oci::kTarGzip),
                              .digest = "sha256:" + packed->written.sha256,
                              .size = packed->written.size};
  const auto image = oci::make_image({.layer = layer,
                                      .tar_sha256 = packed->written.tar_sha256,
                                      .revision = item.revision.id,
                                      .source = options_.source,
                                      .created = item.time});
  GS_TRY_VOID(client.push_blob(layer, packed->file.get(), limit));
  GS_TRY_VOID(client.push_blob(image.config_descriptor, image.config, limit));
  for (const auto& tag : {item.revision.id, options_.place.tag}) {
    GS_TRY_VOID(client.push_manifest(image.manifest_descriptor, image.manifest, tag, limit));
  }
  log_.info(0, "published a snapshot",
            {{"address", address()},
             {"hash", item.revision.id},
             {"digest", image.manifest_descriptor.digest},
             {"files", packed->files},
             {"bytes", packed->written.size}});
  return {};
}

}  // namespace gitsync::snapshot
