// SPDX-License-Identifier: Apache-2.0
#include "oci/client.h"

#include <unistd.h>

#include <cerrno>
#include <utility>

#include "net/address.h"
#include "oci/digest.h"
#include "oci/exchange.h"
#include "oci/manifest.h"
#include "oci/upload.h"
#include "util/number.h"
#include "util/quote.h"
#include "util/sha256.h"
#include "util/text.h"

namespace gitsync::oci {
namespace {

using util::ErrorKind;
using util::Result;

const net::Header& accepted_manifests() {
  static const net::Header kHeader(
      "Accept", std::string(kImageManifest) + ", " + std::string(kImageIndex) + ", " +
                    std::string(kDockerManifest) + ", " + std::string(kDockerList));
  return kHeader;
}

std::string media_type_of(const net::ResponseHead& head) {
  const auto value = head.header("Content-Type");
  return std::string(value.substr(0, value.find_first_of("; ")));
}

// Counts and hashes a blob on its way into a sink.
class Verifier {
 public:
  Verifier(const Descriptor& blob, const BlobSink& sink, const std::string& what)
      : blob_(blob), sink_(sink), what_(what) {}

  Result<void> take(std::string_view bytes) {
    if (bytes.size() > blob_.size - size_) {
      return util::fail(ErrorKind::kProtocol, util::Cause::kArtifactDamaged,
                        what_ + ": it is longer than the manifest says (" +
                            std::to_string(blob_.size) + " bytes)");
    }
    size_ += bytes.size();
    sum_.update(bytes);
    return sink_(bytes);
  }

  Result<void> finish() {
    if (size_ == blob_.size && "sha256:" + util::to_hex(sum_.finish()) == blob_.digest) return {};
    return util::fail(ErrorKind::kProtocol, util::Cause::kArtifactDamaged,
                      what_ + ": it is not what its digest says (" + std::to_string(size_) +
                          " bytes came, of " + std::to_string(blob_.size) + ")");
  }

 private:
  const Descriptor& blob_;
  const BlobSink& sink_;
  const std::string& what_;
  std::uint64_t size_ = 0;
  util::Sha256 sum_;
};

Result<std::string> read_at(int fd, std::uint64_t offset, std::size_t length) {
  std::string bytes(length, '\0');
  for (std::size_t done = 0; done < length;) {
    const auto got =
        ::pread(fd, bytes.data() + done, length - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return util::fail(util::sys_error("read the blob"));
    if (got == 0) return util::fail(ErrorKind::kLocal, "the blob's file is shorter than was said");
    done += static_cast<std::size_t>(got);
  }
  return bytes;
}

}  // namespace

class Client::Impl {
 public:
  Impl(const Reference& reference, const std::string& origin, ClientOptions options)
      : exchange_(std::move(options.session), reference.registry, origin, options.login),
        name_(reference.registry + "/" + reference.repository),
        repository_(reference.repository) {}

  Result<Descriptor> head(const std::string& version, const util::Limit& limit) {
    GS_TRY(const auto head, exchange_.ask(question("HEAD", "manifest", version), {}, limit));
    Descriptor descriptor{.media_type = media_type_of(head),
                          .digest = std::string(head.header("Docker-Content-Digest"))};
    if (is_digest(version) && descriptor.digest.empty()) descriptor.digest = version;
    const auto size = util::read_decimal(head.header("Content-Length"));
    if (is_digest(descriptor.digest) && size && *size >= 0) {
      descriptor.size = static_cast<std::uint64_t>(*size);
      return descriptor;
    }
    GS_TRY(auto document, manifest(version, limit));
    return std::move(document.descriptor);
  }

  Result<Document> manifest(const std::string& version, const util::Limit& limit) {
    Document document;
    auto asked = question("GET", "manifest", version);
    asked.request.body_limit = kMostManifestBytes;
    const auto request = asked.request;
    const auto what = asked.what;
    GS_TRY(const auto head,
           exchange_.ask(std::move(asked), net::collect(request, document.bytes), limit));
    document.descriptor = {.media_type = media_type_of(head),
                           .digest = "sha256:" + util::sha256_hex(document.bytes),
                           .size = document.bytes.size()};
    if (!is_digest(version) || version == document.descriptor.digest) return document;
    return util::fail(ErrorKind::kProtocol, util::Cause::kArtifactDamaged,
                      what + ": it is not what its digest says");
  }

  Result<void> blob(const Descriptor& descriptor, const BlobSink& sink, const util::Limit& limit) {
    auto asked = question("GET", "blob", descriptor.digest);
    const auto what = asked.what;
    Verifier verifier(descriptor, sink, what);
    const net::Sink into{.body = [&](std::string_view bytes) { return verifier.take(bytes); }};
    const auto head = exchange_.ask(std::move(asked), into, limit);
    if (!head) return util::fail(head.error());
    return verifier.finish();
  }

  Result<bool> has_blob(const std::string& digest, const util::Limit& limit) {
    auto asked = question("HEAD", "blob", digest);
    asked.scope = push_scope();
    const auto head = exchange_.ask(std::move(asked), {}, limit);
    if (head) return true;
    if (head.error().kind == ErrorKind::kNotFound) return false;
    return util::fail(head.error());
  }

  Result<void> push_blob(const Descriptor& blob, const BlobSource& source,
                         const util::Limit& limit) {
    GS_TRY(const auto is_there, has_blob(blob.digest, limit));
    if (is_there) return {};
    return Upload(exchange_, repository_, push_scope(),
                  "push of blob " + blob.digest + " to " + name_)
        .run(blob, source, limit);
  }

  Result<void> push_manifest(const Descriptor& descriptor, const std::string& bytes,
                             const std::string& version, const util::Limit& limit) {
    auto asked = question("PUT", "manifest", version);
    asked.scope = push_scope();
    asked.what = "push of " + asked.what;
    asked.request.redirects = net::Redirects::kReturn;
    asked.request.headers = {{"Content-Type", descriptor.media_type}};
    asked.request.body = bytes;
    const auto what = asked.what;
    GS_TRY(const auto head, exchange_.ask(std::move(asked), {}, limit));
    const auto digest = head.header("Docker-Content-Digest");
    if (digest.empty() || digest == descriptor.digest) return {};
    return util::fail(ErrorKind::kProtocol, what + ": the registry has stored it with digest " +
                                                util::quoted(digest.substr(0, 100)));
  }

  std::optional<std::chrono::seconds> retry_after() const { return exchange_.retry_after(); }
  const net::Traffic& traffic() const { return exchange_.traffic(); }

 private:
  // `kind`: "manifest" or "blob".
  Exchange::Question question(std::string method, const std::string& kind,
                              const std::string& version) const {
    const auto* const separator = is_digest(version) ? "@" : ":";
    Exchange::Question asked{.request = {.method = std::move(method),
                                         .url = "/v2/" + repository_ + "/" + kind + "s/" + version,
                                         .redirects = net::Redirects::kFollow},
                             .scope = "repository:" + repository_ + ":pull",
                             .what = kind + " " + name_ + separator + version};
    if (kind == "manifest") asked.request.headers = {accepted_manifests()};
    return asked;
  }

  std::string push_scope() const { return "repository:" + repository_ + ":pull,push"; }

  Exchange exchange_;
  const std::string name_;
  const std::string repository_;
};

Client::Client(std::unique_ptr<Impl> impl) noexcept : impl_(std::move(impl)) {}
Client::Client(Client&& other) noexcept = default;
Client& Client::operator=(Client&& other) noexcept = default;
Client::~Client() = default;

Result<Client> Client::create(const Reference& reference, ClientOptions options) {
  GS_TRY(const auto address, net::parse_address("https://" + reference.host()));
  const bool plain = options.plain_http == PlainHttp::kAlways ||
                     (options.plain_http == PlainHttp::kLoopback && address.is_loopback());
  const auto origin = (plain ? "http://" : "https://") + reference.host();
  return Client(std::make_unique<Impl>(reference, origin, std::move(options)));
}

Result<Descriptor> Client::head(const std::string& version, const util::Limit& limit) {
  return impl_->head(version, limit);
}

Result<Document> Client::manifest(const std::string& version, const util::Limit& limit) {
  return impl_->manifest(version, limit);
}

Result<void> Client::blob(const Descriptor& descriptor, const BlobSink& sink,
                          const util::Limit& limit) {
  return impl_->blob(descriptor, sink, limit);
}

Result<bool> Client::has_blob(const std::string& digest, const util::Limit& limit) {
  return impl_->has_blob(digest, limit);
}

Result<void> Client::push_blob(const Descriptor& descriptor, const BlobSource& source,
                               const util::Limit& limit) {
  return impl_->push_blob(descriptor, source, limit);
}

Result<void> Client::push_blob(const Descriptor& descriptor, std::string_view bytes,
                               const util::Limit& limit) {
  return impl_->push_blob(
      descriptor,
      [&](std::uint64_t offset, std::size_t length) -> Result<std::string> {
        return std::string(bytes.substr(static_cast<std::size_t>(offset), length));
      },
      limit);
}

Result<void> Client::push_blob(const Descriptor& descriptor, int fd, const util::Limit& limit) {
  return impl_->push_blob(
      descriptor,
      [&](std::uint64_t offset, std::size_t length) { return read_at(fd, offset, length); }, limit);
}

Result<void> Client::push_manifest(const Descriptor& descriptor, const std::string& bytes,
                                   const std::string& version, const util::Limit& limit) {
  return impl_->push_manifest(descriptor, bytes, version, limit);
}

std::optional<std::chrono::seconds> Client::retry_after() const { return impl_->retry_after(); }

const net::Traffic& Client::traffic() const { return impl_->traffic(); }

}  // namespace gitsync::oci
