// SPDX-License-Identifier: Apache-2.0
#include "net/trust.h"

#include <dirent.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509_vfy.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <set>
#include <utility>
#include <vector>

#include "util/files.h"
#include "util/text.h"

namespace gitsync::net {
namespace {

// Where distributions keep them: Debian, Fedora, openSUSE, Alpine.
constexpr std::array<const char*, 5> kFiles = {
    "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem", "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem"};
constexpr const char* kDirectories = "/etc/ssl/certs:/etc/pki/tls/certs";
constexpr std::size_t kMaxFile = std::size_t{16} << 20;

struct BioDeleter {
  void operator()(BIO* bio) const { BIO_free(bio); }
};
struct X509Deleter {
  void operator()(X509* certificate) const { X509_free(certificate); }
};
struct OpensslFree {
  void operator()(void* memory) const { OPENSSL_free(memory); }
};
struct DirDeleter {
  void operator()(DIR* dir) const { ::closedir(dir); }
};

// Two certificates of an authority may differ by their dates only.
bool is_expired(const X509* certificate) {
  return X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0;
}

int find_issuer(X509** issuer, X509_STORE_CTX* context, X509* certificate) {
  const int found = X509_STORE_CTX_get1_issuer(issuer, context, certificate);
  if (found < 0 || (found > 0 && !is_expired(*issuer))) return found;
  X509_STORE* store = X509_STORE_CTX_get0_store(context);
  const auto* trust = static_cast<const Trust*>(X509_STORE_get_ex_data(store, 0));
  trust->load_directories(store);
  if (found > 0) X509_free(*issuer);
  return X509_STORE_CTX_get1_issuer(issuer, context, certificate);
}

std::vector<std::string> files_of(const TrustVariables& variables) {
  if (!variables.cert_file.empty()) return {variables.cert_file};
  return {kFiles.begin(), kFiles.end()};
}

std::vector<std::string> directories_of(const TrustVariables& variables) {
  const std::string& named = variables.cert_dirs;
  auto directories = util::split(named.empty() ? kDirectories : named, ':');
  std::erase(directories, "");
  return directories;
}

}  // namespace

// Adds files to a store, each once: most names in /etc/ssl/certs are links to the same files.
class Trust::Loader {
 public:
  explicit Loader(X509_STORE* store) : store_(store) {}

  // False unless the file could be read.
  bool add_file(const std::string& path) {
    struct stat info{};
    if (::stat(path.c_str(), &info) != 0 || !S_ISREG(info.st_mode)) return false;
    if (!seen_.emplace(info.st_dev, info.st_ino).second) return true;
    const auto content = util::read_file(path, kMaxFile);
    if (content) add_pem(*content);
    return content.has_value();
  }

  void add_directory(const std::string& path) {
    const std::unique_ptr<DIR, DirDeleter> dir(::opendir(path.c_str()));
    if (!dir) return;
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody else reads from this stream
    while (const dirent* entry = ::readdir(dir.get())) add_file(path + "/" + entry->d_name);
  }

 private:
  void add_pem(const std::string& text) {
    const std::unique_ptr<BIO, BioDeleter> bio(
        BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
    // A block that is damaged does not take those behind it along.
    while (BIO_eof(bio.get()) == 0) add_block(bio.get());
    ERR_clear_error();
  }

  void add_block(BIO* bio) {
    char* raw_name = nullptr;
    char* raw_header = nullptr;
    unsigned char* raw_data = nullptr;
    long size = 0;
    if (PEM_read_bio(bio, &raw_name, &raw_header, &raw_data, &size) != 1) return;
    const std::unique_ptr<char, OpensslFree> name(raw_name);
    const std::unique_ptr<char, OpensslFree> header(raw_header);
    const std::unique_ptr<unsigned char, OpensslFree> data(raw_data);
    if (std::string_view(name.get()) != "CERTIFICATE") return;
    const unsigned char* at = data.get();
    const std::unique_ptr<X509, X509Deleter> certificate(d2i_X509(nullptr, &at, size));
    if (certificate) X509_STORE_add_cert(store_, certificate.get());
  }

  X509_STORE* store_;
  std::set<std::pair<dev_t, ino_t>> seen_;
};

TrustVariables TrustVariables::from(const util::Environment& environment) {
  return {.cert_file = environment.get_or("SSL_CERT_FILE", ""),
          .cert_dirs = environment.get_or("SSL_CERT_DIR", "")};
}

Trust::Trust(const TrustVariables& variables)
    : files_(files_of(variables)), directories_(directories_of(variables)) {}
Trust::~Trust() = default;

void Trust::Deleter::operator()(X509_STORE* store) const { X509_STORE_free(store); }

// What is not there at the moment is being replaced.
bool Trust::has_changed() const {
  bool changed = false;
  for (const auto* const paths : {&files_, &directories_}) {
    for (const auto& path : *paths) {
      struct stat info{};
      if (::stat(path.c_str(), &info) != 0) continue;
      const auto now = util::FileStamp::of(info);
      changed = std::exchange(seen_[path], now) != now || changed;
    }
  }
  return changed;
}

Trust::Store Trust::build() const {
  Store store(X509_STORE_new());
  // A certificate that is named here is trusted even if another one signed it.
  X509_STORE_set_flags(store.get(), X509_V_FLAG_TRUSTED_FIRST | X509_V_FLAG_PARTIAL_CHAIN);
  X509_STORE_set_ex_data(store.get(), 0, const_cast<Trust*>(this));
  X509_STORE_set_get_issuer(store.get(), find_issuer);
  loader_ = std::make_unique<Loader>(store.get());
  std::ranges::find_if(files_, [this](const auto& path) { return loader_->add_file(path); });
  return store;
}

Trust::Store Trust::store() const {
  const util::MutexLock lock(mutex_);
  // Looked at before it is read: what changes meanwhile is seen the next time.
  if (has_changed() || !store_) store_ = build();
  X509_STORE_up_ref(store_.get());
  return Store(store_.get());
}

void Trust::load_directories(X509_STORE* store) const {
  const util::MutexLock lock(mutex_);
  const bool is_newest = store == store_.get();
  if (is_newest && !loader_) return;
  Loader for_old_one(store);
  Loader& loader = is_newest ? *loader_ : for_old_one;
  for (const auto& directory : directories_) loader.add_directory(directory);
  if (is_newest) loader_.reset();
}

}  // namespace gitsync::net
