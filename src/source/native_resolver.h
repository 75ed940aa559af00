// SPDX-License-Identifier: Apache-2.0
// Which revision does the ref name now: one question to the server over what is kept open, and no
// process (docs/design.md#resolve).

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "git/ref_query.h"
#include "log/logger.h"
#include "net/server_wish.h"
#include "source/source.h"
#include "source/transport.h"

namespace gitsync::source {

struct NativeResolverOptions {
  std::string url;  // without userinfo
  std::string ref;
};

// Thread-safety: none; belongs to the loop of one repository.
class NativeResolver {
 public:
  // Makes the transport for the address with what is configured now.
  // Errors: Cause::kNotUnderstood.
  using TransportMaker = std::function<util::Result<std::unique_ptr<Transport>>()>;

  NativeResolver(NativeResolverOptions options, TransportMaker make, log::Logger logger);

  // `ssh_command`: as git would run it now; another one than before makes a new connection.
  // Errors: those of Transport::ask(); Cause::kNotUnderstood also if the server has no such ref, so
  // that git can say what else there is.
  util::Result<Resolved> resolve(const std::string& ssh_command, const util::Limit& limit);

  // What resolve() has asked, to fetch from over the same connection; null before.
  Transport* server() { return transport_.get(); }
  // What to fetch, for what resolve() has found: the annotated tag that leads to it, if one does,
  // since some servers give only what their refs name.
  const std::optional<git::Oid>& wanted() const { return wanted_; }

  // Whether the last question failed and the server wants to be left alone for some time.
  bool is_to_wait() const { return wish_.is_there(); }
  // Before a pause: see net::ServerWish::longer(). A connection is not kept for long ones.
  util::Limit pause(const util::Limit& limit);

 private:
  const NativeResolverOptions options_;
  const TransportMaker make_;
  const log::Logger log_;
  std::string ssh_command_;
  std::unique_ptr<Transport> transport_;
  std::optional<git::Oid> wanted_;
  net::ServerWish wish_;
};

}  // namespace gitsync::source
