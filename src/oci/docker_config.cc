// SPDX-License-Identifier: Apache-2.0
#include "oci/docker_config.h"

#include <nlohmann/json.hpp>

#include "util/base64.h"
#include "util/quote.h"
#include "util/text.h"

namespace gitsync::oci {
namespace {

using nlohmann::json;
using util::ErrorKind;
using util::Result;

std::string text_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// Keys are hosts, or addresses of older days: "https://index.docker.io/v1/".
std::string cleaned(std::string_view key) {
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (key.starts_with(scheme)) key.remove_prefix(scheme.size());
  }
  while (key.ends_with('/')) key.remove_suffix(1);
  for (const std::string_view version : {"/v1", "/v2"}) {
    if (key.ends_with(version)) key.remove_suffix(version.size());
  }
  const auto slash = std::min(key.find('/'), key.size());
  auto host = util::to_lower(key.substr(0, slash));
  if (host == "index.docker.io" || host == "registry-1.docker.io") host = "docker.io";
  return host + std::string(key.substr(slash));
}

std::unexpected<util::Error> wrong(const std::string& why) {
  return util::fail(ErrorKind::kInvalid, "the docker config is not usable: " + why);
}

// "auth" is user name, ':' and password in base64; old dockers end the password with NULs.
Result<void> read_auth(const std::string& auth, const std::string& key, Login& login) {
  const auto decoded = util::base64_decode(util::trim(auth));
  const auto colon = decoded ? decoded->find(':') : std::string::npos;
  if (!decoded || colon == std::string::npos) {
    return wrong("the \"auth\" of " + util::quoted(key) +
                 " is not the base64 of a user name, ':' and a password");
  }
  login.username = decoded->substr(0, colon);
  login.password = decoded->substr(colon + 1);
  while (login.password.ends_with('\0')) login.password.pop_back();
  return {};
}

Result<Login> read_login(const json& entry, const std::string& key) {
  if (!entry.is_object()) return wrong("the entry of " + util::quoted(key) + " is no object");
  Login login{.username = text_of(entry, "username"),
              .password = text_of(entry, "password"),
              .identity_token = text_of(entry, "identitytoken")};
  if (const auto auth = text_of(entry, "auth"); !auth.empty()) {
    GS_TRY_VOID(read_auth(auth, key, login));
  }
  return login;
}

bool is_empty(const Login& login) { return login.username.empty() && login.identity_token.empty(); }

}  // namespace

Result<DockerConfig> DockerConfig::parse(std::string_view text) {
  const auto file = json::parse(text, nullptr, /*allow_exceptions=*/false);
  if (!file.is_object()) return wrong("it is no JSON object");
  DockerConfig config;
  config.store_ = text_of(file, "credsStore");
  if (const auto helpers = file.find("credHelpers");
      helpers != file.end() && helpers->is_object()) {
    for (const auto& [host, program] : helpers->items()) {
      if (program.is_string()) config.helpers_[cleaned(host)] = program.get<std::string>();
    }
  }
  const auto auths = file.find("auths");
  if (auths == file.end()) {
    if (!config.store_.empty() || !config.helpers_.empty()) return config;
    return wrong("it has no \"auths\"");
  }
  if (!auths->is_object()) return wrong("its \"auths\" is no object");
  for (const auto& [key, entry] : auths->items()) {
    GS_TRY(auto login, read_login(entry, key));
    // docker leaves empty entries where a program keeps the login.
    if (!is_empty(login)) config.logins_[cleaned(key)] = std::move(login);
  }
  return config;
}

Result<std::optional<Login>> DockerConfig::login_for(const Reference& reference) const {
  const auto program = [&](const std::string& name) {
    return wrong("it leaves the login for " + reference.registry + " to the program " +
                 util::quoted("docker-credential-" + name) +
                 ", and no programs are started for that; \"docker login\" without it writes the "
                 "login into the file");
  };
  if (const auto found = helpers_.find(reference.registry); found != helpers_.end()) {
    return program(found->second);
  }
  auto place = reference.registry + "/" + reference.repository;
  while (true) {
    if (const auto found = logins_.find(place); found != logins_.end()) return found->second;
    const auto slash = place.rfind('/');
    if (slash == std::string::npos) break;
    place.resize(slash);
  }
  if (!store_.empty()) return program(store_);
  return std::nullopt;
}

}  // namespace gitsync::oci
