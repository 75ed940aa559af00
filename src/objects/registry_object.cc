// SPDX-License-Identifier: Apache-2.0
#include "objects/registry_object.h"

#include <utility>

#include "objects/registry_advice.h"

namespace gitsync::objects {

using util::ErrorKind;
using util::Result;

namespace {

template <typename Parsed>
Result<Parsed> understood(Result<Parsed> parsed) {
  if (!parsed) parsed.error().cause = util::Cause::kNoArtifact;
  return parsed;
}

}  // namespace

RegistryObject::RegistryObject(RegistryOptions options, RegistryLogin login, log::Logger logger)
    : options_(std::move(options)), login_(std::move(login)), log_(std::move(logger)) {}

// Another login is another client: tokens that were given for the old one go with it.
Result<oci::Client*> RegistryObject::connect() {
  if (client_ && sent_ == login_.login()) return &*client_;
  client_.reset();
  GS_TRY(auto made, oci::Client::create(options_.reference,
                                        {.session = net::SessionOptions::from(options_.http),
                                         .login = login_.login(),
                                         .plain_http = options_.plain_http}));
  sent_ = login_.login();
  return &client_.emplace(std::move(made));
}

template <typename Question>
auto RegistryObject::ask(const Question& question)
    -> decltype(question(std::declval<oci::Client&>())) {
  GS_TRY_VOID(login_.read());
  GS_TRY(oci::Client * client, connect());
  auto answer = question(*client);
  if (!answer && answer.error().kind == ErrorKind::kAuth && login_.read_again()) {
    GS_TRY(client, connect());
    answer = question(*client);
  }
  if (answer) return answer;
  return util::fail(explain(std::move(answer).error()));
}

util::Error RegistryObject::explain(util::Error error) const {
  return with_registry_advice(std::move(error),
                              {.login_origin = login_.origin(), .complaint = login_.complaint()});
}

Result<std::string> RegistryObject::look(const std::string& /*known*/, const util::Limit& limit) {
  const auto& reference = options_.reference;
  if (is_pinned()) return reference.digest;
  GS_TRY(auto now, ask([&](oci::Client& client) { return client.head(reference.tag, limit); }));
  return std::move(now.digest);
}

tree::Revision RegistryObject::revision_of(const std::string& stamp) const {
  return {stamp.substr(stamp.find(':') + 1)};
}

std::optional<std::chrono::seconds> RegistryObject::retry_after() const {
  return client_ ? client_->retry_after() : std::nullopt;
}

Result<oci::ImageManifest> RegistryObject::fetch_manifest(const std::string& digest,
                                                          const util::Limit& limit) {
  const auto get = [&](const std::string& version) {
    return ask([&](oci::Client& client) { return client.manifest(version, limit); });
  };
  GS_TRY(auto document, get(digest));
  if (oci::is_index(document.bytes, document.descriptor.media_type)) {
    GS_TRY(const auto index, understood(oci::parse_index(document.bytes)));
    GS_TRY(document, get(index.manifest.digest));
  }
  return understood(oci::parse_manifest(document.bytes));
}

Result<oci::ImageManifest> RegistryObject::manifest_of(const std::string& digest,
                                                       const util::Limit& limit) {
  if (found_ && found_->digest == digest) return found_->manifest;
  auto manifest = fetch_manifest(digest, limit);
  if (!manifest) return util::fail(std::move(manifest).error());
  found_ = Found{.digest = digest, .manifest = *std::move(manifest)};
  return found_->manifest;
}

Result<void> RegistryObject::get(const std::string& stamp,
                                 const std::function<Result<void>(std::string_view)>& sink,
                                 const util::Limit& limit) {
  const auto download = [&]() -> Result<void> {
    GS_TRY(const auto manifest, manifest_of(stamp, limit));
    log_.info(0, "found the artifact", fields_of(address(), stamp, manifest));
    return ask([&](oci::Client& client) { return client.blob(manifest.layer, sink, limit); });
  };
  auto done = download();
  // Behind a tag there may be another one by now.
  if (!done && done.error().kind == ErrorKind::kNotFound && !is_pinned()) {
    found_.reset();
    done.error().kind = ErrorKind::kMoved;
  }
  return done;
}

Result<source::About> RegistryObject::about(const std::string& stamp, const util::Limit& limit) {
  GS_TRY(const auto manifest, manifest_of(stamp, limit));
  return about_of(address(), manifest);
}

}  // namespace gitsync::objects
