// SPDX-License-Identifier: Apache-2.0
#include "objects/registry_login.h"

#include <algorithm>
#include <array>
#include <utility>

#include "log/sink.h"
#include "util/files.h"
#include "util/secret_parts.h"

namespace gitsync::objects {
namespace {

using util::Result;

// A Secret holds 1 MiB at most.
constexpr std::size_t kMostConfig = std::size_t{1} << 20;

// `path` itself, or what a folder of that name has in it.
std::string file_of(const std::string& path) {
  if (!util::is_directory(path)) return path;
  for (const char* const name : {"/config.json", "/.dockerconfigjson"}) {
    if (util::exists(path + name)) return path + name;
  }
  return path + "/config.json";
}

}  // namespace

std::vector<std::string> usual_docker_configs(const util::Environment& environment) {
  std::vector<std::string> paths;
  if (const auto folder = environment.get_or("DOCKER_CONFIG", ""); !folder.empty()) {
    paths.push_back(folder);
  }
  if (const auto home = environment.get_or("HOME", ""); !home.empty()) {
    paths.push_back(home + "/.docker");
  }
  return paths;
}

RegistryLogin::RegistryLogin(RegistryLoginOptions options, auth::Credentials* credentials,
                             log::Logger logger)
    : options_(std::move(options)), credentials_(credentials), log_(std::move(logger)) {}

Result<void> RegistryLogin::read() {
  login_.reset();
  origin_.clear();
  complaint_.clear();
  if (read_credentials()) return {};
  if (!options_.config.empty()) {
    const auto path = file_of(options_.config);
    auto done = read_config(path);
    if (done) return {};
    return util::fail(std::move(done).error().with_context("--registry-config: " + path));
  }
  const auto found = std::ranges::find_if(
      options_.usual_configs, [](const auto& path) { return util::exists(file_of(path)); });
  if (found == options_.usual_configs.end()) return {};
  // Nobody asked for it: it may belong to somebody else, and the registry may need no login.
  const auto path = file_of(*found);
  if (const auto done = read_config(path); !done) complaint_ = path + ": " + done.error().message;
  return {};
}

bool RegistryLogin::read_again() {
  const auto login = login_;
  const auto origin = origin_;
  if (credentials_ != nullptr) credentials_->read_files_again();
  if (read()) return login_ != login;
  // Half written, perhaps. What was refused is still what came from there.
  login_ = login;
  origin_ = origin;
  return false;
}

// Set for the address as it is, or for the registry as a web server.
bool RegistryLogin::read_credentials() {
  if (credentials_ == nullptr) return false;
  const auto& reference = options_.reference;
  const std::array<std::string, 4> urls{options_.repo, "https://" + reference.registry,
                                        "https://" + reference.host(),
                                        "http://" + reference.registry};
  return std::ranges::any_of(urls, [&](const std::string& url) {
    const auto found = credentials_->match(url);
    if (!found) return false;
    login_ =
        oci::Login{.username = found->username, .password = found->password, .identity_token = {}};
    origin_ = found->setting;
    return true;
  });
}

Result<void> RegistryLogin::read_config(const std::string& path) {
  auto text = util::read_file(path, kMostConfig);
  if (!text) {
    auto error = std::move(text).error();
    error.cause = util::Cause::kSecretFileUnreadable;
    return util::fail(std::move(error));
  }
  if (*text != config_text_) {
    config_text_.clear();
    GS_TRY_VOID(parse(*text));
    config_text_ = *std::move(text);
  }
  login_ = config_login_;
  origin_ = path;
  return {};
}

Result<void> RegistryLogin::parse(const std::string& text) {
  GS_TRY(const auto config, oci::DockerConfig::parse(text));
  GS_TRY(config_login_, config.login_for(options_.reference));
  protect();
  return {};
}

void RegistryLogin::protect() const {
  if (!config_login_) return;
  for (const auto& part : util::parts_of_login(config_login_->username, config_login_->password)) {
    log_.sink().add_secret(part);
  }
  log_.sink().add_secret(config_login_->identity_token);
}

}  // namespace gitsync::objects
