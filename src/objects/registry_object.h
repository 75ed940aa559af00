// SPDX-License-Identifier: Apache-2.0
// An artifact in a registry, by the digest of its manifest or index: a tag is looked at by one
// HEAD, a digest in the address not at all. What it leads to is one tar (oci/manifest.h).

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "log/logger.h"
#include "net/client_options.h"
#include "objects/registry_login.h"
#include "objects/remote_object.h"
#include "oci/client.h"
#include "oci/manifest.h"

namespace gitsync::objects {

struct RegistryOptions {
  oci::Reference reference;
  oci::PlainHttp plain_http = oci::PlainHttp::kLoopback;
  net::ClientOptions http;
};

// The stamp is the digest, and the revision is its hex digits. Reads the login before each
// question, and again after a refusal, so that one that is replaced fails no question.
class RegistryObject final : public RemoteObject {
 public:
  RegistryObject(RegistryOptions options, RegistryLogin login, log::Logger logger);

  std::string address() const override { return options_.reference.show(); }
  // Errors: as RemoteObject has them, with hints for people.
  util::Result<std::string> look(const std::string& known, const util::Limit& limit) override;
  // The manifest, by way of an index if it is one, and then the layer. Errors: kProtocol also for
  // what is no artifact with one tar, and for bytes that are not what their digest says.
  util::Result<void> get(const std::string& stamp,
                         const std::function<util::Result<void>(std::string_view)>& sink,
                         const util::Limit& limit) override;

  tree::Revision revision_of(const std::string& stamp) const override;
  bool is_pinned() const override { return !options_.reference.digest.empty(); }
  // What the annotations say. Asks for the manifest unless get() has just had it.
  util::Result<source::About> about(const std::string& stamp, const util::Limit& limit) override;
  std::optional<std::chrono::seconds> retry_after() const override;

 private:
  struct Found {
    std::string digest;
    oci::ImageManifest manifest;
  };
  template <typename Question>
  auto ask(const Question& question) -> decltype(question(std::declval<oci::Client&>()));
  util::Result<oci::Client*> connect();
  util::Result<oci::ImageManifest> manifest_of(const std::string& digest, const util::Limit& limit);
  util::Result<oci::ImageManifest> fetch_manifest(const std::string& digest,
                                                  const util::Limit& limit);
  util::Error explain(util::Error error) const;

  const RegistryOptions options_;
  RegistryLogin login_;
  const log::Logger log_;
  std::optional<oci::Client> client_;
  std::optional<oci::Login> sent_;  // the login that client_ has
  std::optional<Found> found_;      // the last manifest
};

}  // namespace gitsync::objects
