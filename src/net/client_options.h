// SPDX-License-Identifier: Apache-2.0
// What the environment says about proxies and trust.

#pragma once

#include "net/proxy_rules.h"
#include "net/trust.h"
#include "util/environment.h"

namespace gitsync::net {

struct ClientOptions {
  ProxyVariables proxies = {};
  TrustVariables trust = {};

  static ClientOptions from(const util::Environment& environment) {
    return {.proxies = ProxyVariables::from(environment),
            .trust = TrustVariables::from(environment)};
  }
};

}  // namespace gitsync::net
