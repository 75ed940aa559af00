// SPDX-License-Identifier: Apache-2.0
// Where and how snapshots are served. That certificate and key fit is seen when they are used
// (http/tls_identity.h).

#include <array>
#include <string>
#include <utility>

#include "config/validate.h"
#include "http/bind_address.h"
#include "util/files.h"
#include "util/text.h"

namespace gitsync::config {
namespace {

// Nothing if they do not exclude each other, or cannot be understood.
Complaint check_same_port(const Inputs& inputs, const http::BindAddress& ours) {
  const auto probes = http::parse_bind(inputs.http_bind);
  if (inputs.http_bind.empty() || !probes || ours.port == 0) return std::nullopt;
  const bool overlap = ours.host == probes->host || ours.host.empty() || probes->host.empty();
  if (!overlap || ours.port != probes->port) return std::nullopt;
  return "invalid flag: --serve-snapshots must not be the address of --http-bind: both have port " +
         std::to_string(ours.port);
}

Complaint check_file(const std::string& flag, const std::string& path) {
  constexpr std::size_t kMostBytes = std::size_t{1} << 20;
  if (path.empty()) return std::nullopt;
  const auto content = util::read_file(path, kMostBytes);
  if (!content) return "invalid flag: --" + flag + ": " + content.error().message;
  if (util::trim(*content).empty()) return "invalid flag: --" + flag + ": " + path + " is empty";
  return std::nullopt;
}

Complaint check_unused(const Inputs& inputs) {
  using Setting = std::pair<const char*, const std::string*>;
  const std::array others{Setting{"token-file", &inputs.serve_snapshots_token_file},
                          Setting{"tls-cert", &inputs.serve_snapshots_tls_cert},
                          Setting{"tls-key", &inputs.serve_snapshots_tls_key}};
  for (const auto& [name, value] : others) {
    if (value->empty()) continue;
    return "required flag: --serve-snapshots must be specified when --serve-snapshots-" +
           std::string(name) + " is set";
  }
  return std::nullopt;
}

Complaint check_pair(const Inputs& inputs) {
  const bool has_certificate = !inputs.serve_snapshots_tls_cert.empty();
  if (has_certificate == !inputs.serve_snapshots_tls_key.empty()) return std::nullopt;
  const std::string one = "--serve-snapshots-tls-cert";
  const std::string other = "--serve-snapshots-tls-key";
  return "required flag: " + (has_certificate ? other : one) + " must be specified when " +
         (has_certificate ? one : other) + " is set";
}

}  // namespace

Complaint check_serving(const Inputs& inputs) {
  if (inputs.serve_snapshots.empty()) return check_unused(inputs);
  const auto bind = http::parse_bind(inputs.serve_snapshots);
  if (!bind) return "invalid flag: --serve-snapshots: " + bind.error().message;
  if (auto complaint = check_same_port(inputs, *bind)) return complaint;
  if (auto complaint = check_pair(inputs)) return complaint;
  using Setting = std::pair<const char*, const std::string*>;
  const std::array files{Setting{"serve-snapshots-token-file", &inputs.serve_snapshots_token_file},
                         Setting{"serve-snapshots-tls-cert", &inputs.serve_snapshots_tls_cert},
                         Setting{"serve-snapshots-tls-key", &inputs.serve_snapshots_tls_key}};
  for (const auto& [flag, path] : files) {
    if (auto complaint = check_file(flag, *path)) return complaint;
  }
  return std::nullopt;
}

}  // namespace gitsync::config
