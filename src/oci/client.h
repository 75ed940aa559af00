// SPDX-License-Identifier: Apache-2.0
// One repository of a registry: manifests and blobs, read with their digests verified, and pushed.
//
// Protocol: OCI distribution specification 1.1; logging in: authorizer.h.

#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/session.h"
#include "oci/descriptor.h"
#include "oci/docker_config.h"
#include "oci/reference.h"
#include "util/error.h"
#include "util/event.h"

namespace gitsync::oci {

enum class PlainHttp {
  kLoopback,  // for registries on this machine (127.0.0.1, ::1, localhost), which are never asked
              // by https; https for all others
  kAlways,
  kNever,
};

struct ClientOptions {
  net::SessionOptions session = {};
  std::optional<Login> login = {};  // nothing: as anybody
  PlainHttp plain_http = PlainHttp::kLoopback;
};

struct Document {
  Descriptor descriptor;  // its media type: the Content-Type; its digest: of these bytes
  std::string bytes;
};

// Takes a blob piece by piece, each valid during the call. Its errors end the transfer.
using BlobSink = std::function<util::Result<void>(std::string_view)>;
// Gives the bytes of a blob from `offset` on, `length` exactly. Asked again where a request must be
// repeated.
using BlobSource =
    std::function<util::Result<std::string>(std::uint64_t offset, std::size_t length)>;

// Errors of all requests: refusal() of registry_error.h for what the registry refuses; those of
// net::Session; kProtocol for bytes that are not what their digest says, or more than their size.
// Messages name the registry, and hold no secret.
//
// Move-only. Thread-safety: none; one thread at a time. Keeps connections and tokens. Memory: as
// the session's, and a manifest of 4 MiB at most, or a piece of 8 MiB while pushing.
class Client {
 public:
  // kInvalid if the registry's host is none.
  static util::Result<Client> create(const Reference& reference, ClientOptions options);
  Client(Client&& other) noexcept;
  Client& operator=(Client&& other) noexcept;
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client();

  // Which manifest a tag or digest stands for now: one HEAD; a GET with registries that do not say.
  util::Result<Descriptor> head(const std::string& version, const util::Limit& limit);
  // The manifest or index itself. One that was asked for by its digest has it.
  util::Result<Document> manifest(const std::string& version, const util::Limit& limit);
  // Streams a blob, following redirects to storage hosts, which get no login. `sink` may have had
  // all bytes before they turn out to be wrong: what it made counts only after success.
  util::Result<void> blob(const Descriptor& descriptor, const BlobSink& sink,
                          const util::Limit& limit);

  // Whether the repository has the blob.
  util::Result<bool> has_blob(const std::string& digest, const util::Limit& limit);
  // Pushes a blob unless it is there: whole if it is small, else in pieces of 8 MiB.
  util::Result<void> push_blob(const Descriptor& descriptor, const BlobSource& source,
                               const util::Limit& limit);
  util::Result<void> push_blob(const Descriptor& descriptor, std::string_view bytes,
                               const util::Limit& limit);
  // Of an open file, from its beginning, read with pread(2).
  util::Result<void> push_blob(const Descriptor& descriptor, int fd, const util::Limit& limit);
  // Puts a manifest by its digest or to a tag, which moves it. Its blobs must be there.
  util::Result<void> push_manifest(const Descriptor& descriptor, const std::string& bytes,
                                   const std::string& version, const util::Limit& limit);

  // How long the registry wants to be left alone, if it refused the last request and said so.
  std::optional<std::chrono::seconds> retry_after() const;
  const net::Traffic& traffic() const;

 private:
  class Impl;
  explicit Client(std::unique_ptr<Impl> impl) noexcept;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gitsync::oci
