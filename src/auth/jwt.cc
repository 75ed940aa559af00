// SPDX-License-Identifier: Apache-2.0
#include "auth/jwt.h"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <cstdint>
#include <memory>
#include <nlohmann/json.hpp>

#include "auth/pem_repair.h"

namespace gitsync::auth {
namespace {

using util::ErrorKind;
using util::Result;

struct OpensslDeleter {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Bio = std::unique_ptr<BIO, OpensslDeleter>;
using Key = std::unique_ptr<EVP_PKEY, OpensslDeleter>;
using Digest = std::unique_ptr<EVP_MD_CTX, OpensslDeleter>;

// Without a callback of ours OpenSSL asks for the password of an encrypted key on the terminal.
int no_password(char* /*buffer*/, int /*size*/, int /*writing*/, void* /*user*/) { return -1; }

// Null if `pem` is not a private key, or not one for RSA.
Key parse_key(std::string_view pem) {
  const Bio bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_password, nullptr));
  ERR_clear_error();
  if (key && EVP_PKEY_base_id(key.get()) != EVP_PKEY_RSA) key.reset();
  return key;
}

Result<Key> read_key(std::string_view pem) {
  if (Key key = parse_key(pem)) return key;
  if (Key key = parse_key(repair_pem(pem))) return key;
  const bool encrypted = pem.find("ENCRYPTED") != std::string_view::npos;
  return util::fail(ErrorKind::kInvalid,
                    encrypted ? util::Cause::kAppKeyEncrypted : util::Cause::kAppKeyNotRsa,
                    "the private key is not an RSA key in PEM form");
}

Result<std::string> sign(EVP_PKEY* key, std::string_view text) {
  const Digest context(EVP_MD_CTX_new());
  const auto* bytes = reinterpret_cast<const unsigned char*>(text.data());
  std::size_t size = 0;
  if (EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key) == 1 &&
      EVP_DigestSign(context.get(), nullptr, &size, bytes, text.size()) == 1) {
    std::string signature(size, '\0');
    auto* out = reinterpret_cast<unsigned char*>(signature.data());
    if (EVP_DigestSign(context.get(), out, &size, bytes, text.size()) == 1) {
      signature.resize(size);
      return signature;
    }
  }
  ERR_clear_error();
  return util::fail(ErrorKind::kLocal, "signing with the private key failed");
}

}  // namespace

std::string base64url(std::string_view bytes) {
  constexpr std::string_view kAlphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string text;
  std::uint32_t pending = 0;
  unsigned bits = 0;
  for (const char c : bytes) {
    pending = (pending << 8) | static_cast<unsigned char>(c);
    for (bits += 8; bits >= 6; bits -= 6) text += kAlphabet[(pending >> (bits - 6)) & 63];
  }
  if (bits > 0) text += kAlphabet[(pending << (6 - bits)) & 63];
  return text;
}

Result<std::string> make_jwt(std::string_view pem, std::string_view issuer,
                             std::chrono::sys_seconds now) {
  GS_TRY(const auto key, read_key(pem));
  const auto issued = now.time_since_epoch().count();
  const nlohmann::json claims = {
      {"iss", std::string(issuer)}, {"iat", issued}, {"exp", issued + 600}};
  const std::string head =
      base64url(R"({"alg":"RS256","typ":"JWT"})") + "." +
      base64url(claims.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  GS_TRY(const auto signature, sign(key.get(), head));
  return head + "." + base64url(signature);
}

}  // namespace gitsync::auth
