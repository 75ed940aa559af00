// SPDX-License-Identifier: Apache-2.0
#include "http/tls_identity.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <array>
#include <vector>

#include "util/files.h"

namespace gitsync::http {
namespace {

using util::ErrorKind;
using util::fail;
using util::Result;

struct Free {
  void operator()(BIO* bio) const noexcept { BIO_free(bio); }
  void operator()(X509* certificate) const noexcept { X509_free(certificate); }
  void operator()(EVP_PKEY* key) const noexcept { EVP_PKEY_free(key); }
};
using Certificate = std::unique_ptr<X509, Free>;

// What OpenSSL has to say, and forgets by that.
std::string reason() {
  const unsigned long code = ERR_get_error();
  ERR_clear_error();
  if (const char* text = ERR_reason_error_string(code); text != nullptr) return text;
  return "not understood";
}

std::unexpected<util::Error> unusable(const std::string& path, const std::string& why) {
  return fail(ErrorKind::kInvalid, path + ": " + why);
}

// OpenSSL would ask a terminal.
int no_passphrase(char* /*buffer*/, int /*size*/, int /*is_writing*/, void* /*data*/) { return -1; }

Result<std::string> read(const std::string& path) {
  constexpr std::size_t kMostBytes = std::size_t{1} << 20;
  auto content = util::read_file(path, kMostBytes);
  if (content) return content;
  auto error = std::move(content).error();
  error.cause = util::Cause::kSecretFileUnreadable;
  return fail(std::move(error));
}

std::unique_ptr<BIO, Free> open(const std::string& pem) {
  return std::unique_ptr<BIO, Free>(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

// The server's own certificate first, then those between it and an authority.
Result<void> use_certificates(SSL_CTX* context, const std::string& path) {
  GS_TRY(const std::string pem, read(path));
  const auto bio = open(pem);
  const Certificate own(PEM_read_bio_X509_AUX(bio.get(), nullptr, no_passphrase, nullptr));
  if (!own) return unusable(path, "no certificate in PEM: " + reason());
  if (SSL_CTX_use_certificate(context, own.get()) != 1) return unusable(path, reason());
  while (const Certificate next{PEM_read_bio_X509(bio.get(), nullptr, no_passphrase, nullptr)}) {
    if (SSL_CTX_add1_chain_cert(context, next.get()) != 1) return unusable(path, reason());
  }
  ERR_clear_error();  // that there is no other
  return {};
}

Result<void> use_key(SSL_CTX* context, const std::string& path, const std::string& certificate) {
  GS_TRY(const std::string pem, read(path));
  const auto bio = open(pem);
  const std::unique_ptr<EVP_PKEY, Free> key(
      PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  if (!key) return unusable(path, "no private key in PEM without a passphrase: " + reason());
  if (SSL_CTX_use_PrivateKey(context, key.get()) == 1) return {};
  ERR_clear_error();
  return unusable(path, "not the key of the certificate in " + certificate);
}

Result<TlsContext> load(const std::string& certificate, const std::string& key) {
  ERR_clear_error();
  TlsContext context(SSL_CTX_new(TLS_server_method()));
  if (!context) return fail(ErrorKind::kLocal, "cannot set up TLS: " + reason());
  SSL_CTX* raw = context.get();
  SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION);
  // HTTP tells by itself where a message ends, so an end without close_notify is an end.
  SSL_CTX_set_options(raw, SSL_OP_NO_RENEGOTIATION | SSL_OP_IGNORE_UNEXPECTED_EOF);
  // A thousand readers that wait hold no buffers.
  SSL_CTX_set_mode(raw, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                            SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
  GS_TRY_VOID(use_certificates(raw, certificate));
  GS_TRY_VOID(use_key(raw, key, certificate));
  return context;
}

}  // namespace

void TlsFree::operator()(ssl_ctx_st* context) const noexcept { SSL_CTX_free(context); }
void TlsFree::operator()(ssl_st* connection) const noexcept { SSL_free(connection); }

Result<std::unique_ptr<TlsIdentity>> TlsIdentity::read(const std::string& certificate,
                                                       const std::string& key,
                                                       const log::Logger& logger) {
  auto identity = std::make_unique<TlsIdentity>(certificate, key, logger);
  identity->take_change();
  GS_TRY(identity->context_, load(certificate, key));
  return identity;
}

bool TlsIdentity::take_change() {
  const bool certificate = certificate_.take();
  const bool key = key_.take();
  return certificate || key;
}

void TlsIdentity::renew() {
  auto context = load(certificate_.path(), key_.path());
  const std::string complaint = context ? "" : context.error().message;
  if (!complaint.empty() && complaint != complaint_) {
    logger_.error("the certificate for snapshots stays as it was", context.error());
  }
  complaint_ = complaint;
  if (context) context_ = std::move(*context);
}

TlsConnection TlsIdentity::accept_on(int socket) {
  if (take_change()) renew();
  TlsConnection connection(SSL_new(context_.get()));
  if (!connection || SSL_set_fd(connection.get(), socket) != 1) return nullptr;
  SSL_set_accept_state(connection.get());
  return connection;
}

}  // namespace gitsync::http
