// SPDX-License-Identifier: Apache-2.0
#include "git/object_hasher.h"

#include <openssl/evp.h>

#include <string>

namespace gitsync::git {

void ObjectHasher::Free::operator()(evp_md_st* md) const noexcept { EVP_MD_free(md); }
void ObjectHasher::Free::operator()(evp_md_ctx_st* context) const noexcept {
  EVP_MD_CTX_free(context);
}

util::Result<ObjectHasher> ObjectHasher::create() {
  // Fetched once: looking the algorithm up costs more than hashing a small object.
  Md md(EVP_MD_fetch(nullptr, "SHA1", nullptr));
  Context context(EVP_MD_CTX_new());
  if (!md || !context || EVP_DigestInit_ex2(context.get(), md.get(), nullptr) != 1) {
    return util::fail(util::ErrorKind::kLocal, "OpenSSL has no SHA-1 here");
  }
  return ObjectHasher(std::move(md), std::move(context));
}

void ObjectHasher::begin(ObjectType type, std::uint64_t size) {
  failed_ = EVP_DigestInit_ex2(context_.get(), nullptr, nullptr) != 1;
  std::string header(to_string(type));
  header += ' ';
  header += std::to_string(size);
  header += '\0';
  update(header);
}

void ObjectHasher::update(std::string_view bytes) {
  if (EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) != 1) failed_ = true;
}

ObjectId ObjectHasher::finish() {
  ObjectId id;
  if (EVP_DigestFinal_ex(context_.get(), id.bytes.data(), nullptr) != 1 || failed_) return {};
  return id;
}

ObjectId ObjectHasher::hash(ObjectType type, std::string_view bytes) {
  begin(type, bytes.size());
  update(bytes);
  return finish();
}

}  // namespace gitsync::git
