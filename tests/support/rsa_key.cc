// SPDX-License-Identifier: Apache-2.0
#include "support/rsa_key.h"

#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <vector>

#include "util/text.h"

namespace gitsync::test {
namespace {

struct BioDeleter {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
using Bio = std::unique_ptr<BIO, BioDeleter>;

std::string content(const Bio& bio) {
  char* data = nullptr;
  const auto size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

// The opposite of base64url, by OpenSSL's decoder of ordinary base64.
std::string decode(std::string text) {
  for (char& c : text) c = c == '-' ? '+' : (c == '_' ? '/' : c);
  const std::size_t padding = (4 - text.size() % 4) % 4;
  text.append(padding, '=');
  std::string bytes(text.size() / 4 * 3, '\0');
  const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                   reinterpret_cast<const unsigned char*>(text.data()),
                                   static_cast<int>(text.size()));
  if (size < 0) return "(not base64url)";
  bytes.resize(static_cast<std::size_t>(size) - padding);
  return bytes;
}

}  // namespace

RsaKey::RsaKey() : key_(EVP_RSA_gen(2048)) {}

std::string RsaKey::pkcs1() const {
  const Bio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PrivateKey_traditional(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr,
                                       nullptr);
  return content(bio);
}

std::string RsaKey::pkcs8() const {
  const Bio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PKCS8PrivateKey(bio.get(), key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
  return content(bio);
}

std::string RsaKey::encrypted_pkcs8() const {
  const Bio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PKCS8PrivateKey(bio.get(), key_.get(), EVP_aes_128_cbc(), "pass", 4, nullptr,
                                nullptr);
  return content(bio);
}

bool RsaKey::verifies(std::string_view text, std::string_view signature) const {
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> context(EVP_MD_CTX_new(),
                                                                   EVP_MD_CTX_free);
  return EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key_.get()) == 1 &&
         EVP_DigestVerify(context.get(), reinterpret_cast<const unsigned char*>(signature.data()),
                          signature.size(), reinterpret_cast<const unsigned char*>(text.data()),
                          text.size()) == 1;
}

std::string jwt_part(std::string_view jwt, int part) {
  const auto parts = util::split(jwt, '.');
  return parts.size() == 3 ? decode(parts.at(static_cast<std::size_t>(part))) : std::string();
}

std::string jwt_signed_text(std::string_view jwt) {
  return std::string(jwt.substr(0, jwt.rfind('.')));
}

}  // namespace gitsync::test
