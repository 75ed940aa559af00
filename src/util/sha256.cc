// SPDX-License-Identifier: Apache-2.0
#include "util/sha256.h"

#include <openssl/evp.h>

#include <stdexcept>

#include "util/text.h"

namespace gitsync::util {
namespace {

// Only without memory, or with an OpenSSL that lacks what everything else here needs, too.
void require(bool done) {
  if (!done) throw std::runtime_error("OpenSSL has no SHA-256");
}

}  // namespace

void Sha256::Free::operator()(evp_md_ctx_st* context) const noexcept { ::EVP_MD_CTX_free(context); }

Sha256::Sha256() : context_(::EVP_MD_CTX_new()) { begin(); }

void Sha256::begin() {
  require(context_ && ::EVP_DigestInit_ex(context_.get(), ::EVP_sha256(), nullptr) == 1);
}

void Sha256::update(std::string_view bytes) {
  require(::EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) == 1);
}

std::string Sha256::finish() {
  std::string digest(kBytes, '\0');
  unsigned int size = 0;
  require(::EVP_DigestFinal_ex(context_.get(), reinterpret_cast<unsigned char*>(digest.data()),
                               &size) == 1);
  begin();
  return digest;
}

std::string sha256(std::string_view bytes) {
  Sha256 hash;
  hash.update(bytes);
  return hash.finish();
}

std::string sha256_hex(std::string_view bytes) { return to_hex(sha256(bytes)); }

}  // namespace gitsync::util
