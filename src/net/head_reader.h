// SPDX-License-Identifier: Apache-2.0
// Collects the head of a response from header lines as libcurl hands them out.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "net/message.h"

namespace gitsync::net {

class HeadReader {
 public:
  // `url`: that was asked, without userinfo.
  explicit HeadReader(std::string url) { head_.url = std::move(url); }

  // One line, line end included, of the head or of trailers. False: there are too many.
  bool add(std::string_view line);
  // The head is whole, interim responses (1xx) apart. Without one (HTTP/0.9, or cut off) it is
  // what finish() makes of it.
  bool complete() const { return complete_; }
  void finish(int status);
  bool anything_came() const { return bytes_ > 0; }
  const ResponseHead& head() const { return head_; }

 private:
  void add_field(std::string_view line);
  void find_redirect();

  ResponseHead head_;
  std::size_t bytes_ = 0;
  bool complete_ = false;
};

bool is_redirect(int status);

}  // namespace gitsync::net
