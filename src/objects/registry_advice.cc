// SPDX-License-Identifier: Apache-2.0
#include "objects/registry_advice.h"

#include <array>
#include <chrono>
#include <utility>

#include "util/quote.h"
#include "util/timestamp.h"
#include "util/url.h"

namespace gitsync::objects {
namespace {

using util::Cause;

constexpr std::size_t kMostShown = 300;

// One line, of foreign text; an address in it without its password.
std::string annotation(const oci::ImageManifest& manifest, const std::string& name) {
  const auto found = manifest.annotations.find("org.opencontainers.image." + name);
  if (found == manifest.annotations.end()) return {};
  return util::escaped(util::redact_url(found->second).substr(0, kMostShown));
}

std::string hint_for_login(const RegistryAsker& asker) {
  std::string hint =
      "the registry asks for a login and none is set for it: mount its Secret (of type "
      "kubernetes.io/dockerconfigjson) and name the file in --registry-config, or set "
      "GITSYNC_USERNAME and GITSYNC_PASSWORD (or --password-file); registries ask for one also "
      "where a repository does not exist";
  if (!asker.complaint.empty()) hint += "; not used: " + asker.complaint;
  return hint;
}

std::string hint_for(const util::Error& error, const RegistryAsker& asker) {
  switch (error.cause) {
    case Cause::kCredentialsMissing:
      return hint_for_login(asker);
    case Cause::kCredentialsRefused:
      return "the registry refused the user name and password from " + asker.login_origin +
             ": check that the token is valid, not expired, and may pull this repository";
    case Cause::kForbidden:
      return "the registry forbids this: check the repository in --repo, and that the account in " +
             asker.login_origin + " may pull it";
    case Cause::kUntrustedCertificate:
      return "the registry's TLS certificate is not trusted, or has expired: name the file of its "
             "certificate authority in SSL_CERT_FILE, or renew it";
    case Cause::kNoTls:
      return "no TLS is spoken at this port: check the port in --repo; a registry without TLS "
             "takes --registry-plain-http";
    case Cause::kBadRequest:
      return "the registry does not take the request: check host and port in --repo, and whether "
             "it speaks TLS: plain HTTP is for registries on this machine, unless "
             "--registry-plain-http=false says otherwise";
    default:
      return {};
  }
}

}  // namespace

util::Error with_registry_advice(util::Error error, const RegistryAsker& asker) {
  if (error.hint.empty()) error.hint = hint_for(error, asker);
  return error;
}

log::Fields fields_of(const std::string& address, const std::string& digest,
                      const oci::ImageManifest& manifest) {
  log::Fields fields{{"address", address},
                     {"digest", digest},
                     {"layer", manifest.layer.digest},
                     {"bytes", manifest.layer.size}};
  for (const char* const name : {"revision", "source", "created"}) {
    if (auto text = annotation(manifest, name); !text.empty()) fields.emplace_back(name, text);
  }
  return fields;
}

source::About about_of(const std::string& address, const oci::ImageManifest& manifest) {
  const auto created = util::parse_timestamp(annotation(manifest, "created"));
  const auto revision = annotation(manifest, "revision");
  const auto origin = annotation(manifest, "source");
  const auto* const separator = revision.empty() || origin.empty() ? "" : " of ";
  const auto subject = revision + separator + origin;
  return {.time = created.value_or(
              std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())),
          .author = annotation(manifest, "authors"),
          .subject = subject.empty() ? address : subject};
}

}  // namespace gitsync::objects
