// SPDX-License-Identifier: Apache-2.0
// An http(s) URL as a request needs it: whom to ask, as whom, and for what.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "net/address.h"
#include "util/error.h"
#include "util/url.h"

namespace gitsync::net {

struct Target {
  Address address;
  std::optional<util::Userinfo> userinfo;
  std::string path;  // path and query as they are sent, escaped; begins with '/'

  // The same written anew, without userinfo and fragment.
  std::string url() const { return address.origin() + path; }
};

// kInvalid unless `url` is a complete http or https URL; the message does not hold the URL. Blanks
// and other characters that a URL must not hold are escaped in path and query, as Go's net/url does
// it; control characters and malformed escapes are refused, as is anything odd in the host.
util::Result<Target> parse_target(std::string_view url);

}  // namespace gitsync::net
