// SPDX-License-Identifier: Apache-2.0
// One request and its answer on one new connection: everything that is peculiar to libcurl.

#pragma once

#include <string>

#include "net/address.h"
#include "net/http_client.h"
#include "util/error.h"
#include "util/event.h"

namespace gitsync::net {

struct Exchange {
  Response response;
  std::string redirect_url;  // where a redirect points, made absolute; empty: none
};

// Does not follow redirects. `address` is that of request.url. Errors: as HttpClient::send().
util::Result<Exchange> exchange(const Request& request, const Address& address,
                                const ClientOptions& options, const util::Limit& limit);

}  // namespace gitsync::net
