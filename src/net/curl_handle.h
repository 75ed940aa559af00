// SPDX-License-Identifier: Apache-2.0
// Owners of libcurl's handles, and its loop under a Limit.

#pragma once

#include <curl/curl.h>

#include <functional>
#include <memory>
#include <optional>

#include "util/error.h"
#include "util/event.h"

namespace gitsync::net {

struct CurlDeleter {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Easy = std::unique_ptr<CURL, CurlDeleter>;
using HeaderList = std::unique_ptr<curl_slist, CurlDeleter>;

// A multi handle, which owns connections, for one transfer at a time.
class Multi {
 public:
  Multi() : multi_(curl_multi_init()) {}

  // Runs the transfer of `easy` to its end. Nothing: `patience()`, asked after each step, has
  // passed. Errors: kTimeout, kStopped. Unless it ended well its connection is closed.
  util::Result<std::optional<CURLcode>> run(CURL* easy, const util::Limit& limit,
                                            const std::function<util::Deadline()>& patience);
  void keep_connections(long count) {
    curl_multi_setopt(multi_.get(), CURLMOPT_MAXCONNECTS, count);
  }
  explicit operator bool() const { return multi_ != nullptr; }

 private:
  struct MultiDeleter {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
  };
  CURLcode result();
  void wait(const util::Limit& limit);

  std::unique_ptr<CURLM, MultiDeleter> multi_;
};

}  // namespace gitsync::net
