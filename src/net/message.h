// SPDX-License-Identifier: Apache-2.0
// HTTP requests and responses as values, and the sink that a body streams into.

#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "util/error.h"

namespace gitsync::net {

enum class Redirects {
  kReturn,  // a redirect is a response like any other
  kFollow,  // up to ten; credentials stay with the first host
};

enum class Excess {
  kFail,  // a body over the limit is an error
  kDrop,  // it is read to its end, but only its beginning is kept
};

// Whether a response may come compressed. It is unpacked before the sink sees it.
enum class Compression { kNone, kAccept };

using Header = std::pair<std::string, std::string>;

// A body that is read from a file while it is sent, by pread(2) from its beginning, so that a
// request can be repeated. The descriptor stays its owner's and outlives the request.
struct FileBody {
  int fd = -1;
  std::uint64_t size = 0;  // bytes; of a longer file only these are sent
};

struct Request {
  std::string method = "GET";
  std::string url;  // its userinfo becomes Basic authentication
  std::vector<Header> headers = {};
  std::string body = {};
  std::optional<FileBody> file = {};  // in place of `body`
  Redirects redirects = Redirects::kReturn;
  Compression compression = Compression::kNone;
  // A file like ~/.netrc: what it holds for the host becomes Basic authentication, unless the URL
  // has a userinfo. Empty: none; one that is missing or says nothing of the host is no error.
  std::string netrc_file = {};
  // In place of the session's (session.h), for what may take the server longer than others.
  std::optional<std::chrono::milliseconds> patience = {};
  // Of a response that is kept whole (HttpClient); a sink has its own mind.
  std::size_t body_limit = std::size_t{1} << 20;
  Excess excess = Excess::kFail;
};

struct Response {
  int status = 0;  // 0: the server answered without a status line (HTTP/0.9)
  std::string body;
};

// What comes before the body.
struct ResponseHead {
  int status = 0;                    // as in Response
  std::vector<Header> headers = {};  // as sent, values trimmed; 256 KiB at most
  std::string url = {};              // that answered, without userinfo; differs after a redirect
  std::string redirect_url = {};     // where a redirect points, made absolute; empty: none

  // The first header of that name in any case; empty: none.
  std::string_view header(std::string_view name) const;
};

// Takes a response as it arrives. Either function may be empty: then that part is dropped. An error
// ends the transfer, closes its connection, and is what send() returns.
struct Sink {
  // Once, before the body.
  std::function<util::Result<void>(const ResponseHead&)> head = {};
  // Any number of pieces, each valid during the call only, of up to some ten KiB.
  std::function<util::Result<void>(std::string_view)> body = {};
};

// Keeps the body in `body`, up to the request's limit; both outlive the sink. Errors of the sink:
// kProtocol for a body over the limit, unless the request says kDrop.
Sink collect(const Request& request, std::string& body);

// Errors: kInvalid for a method or header that would break the request.
util::Result<void> check(const Request& request);

}  // namespace gitsync::net
