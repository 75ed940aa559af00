// SPDX-License-Identifier: Apache-2.0
// One request and its response: what libcurl is told, what it hands out, what its errors mean.

#pragma once

#include <curl/curl.h>

#include <array>
#include <optional>
#include <string_view>

#include "net/connection.h"
#include "net/curl_handle.h"
#include "net/file_reader.h"
#include "net/head_reader.h"
#include "net/message.h"
#include "net/target.h"
#include "util/error.h"

namespace gitsync::net {

// Does not follow redirects. `easy`, `request`, `target` and `sink` outlive it.
class Transfer {
 public:
  Transfer(CURL* easy, const Request& request, const Target& target, const Sink& sink);
  Transfer(const Transfer&) = delete;
  Transfer& operator=(const Transfer&) = delete;

  // Sets every option of a handle that is new or reset. Errors: as proxy_for().
  util::Result<void> prepare(const ConnectionOptions& options);
  // After the transfer ended with `code`. Errors: the sink's, kNetwork, kTimeout, kProtocol.
  util::Result<ResponseHead> finish(CURLcode code);

  // Whether it went over a connection of an earlier transfer, as far as is known yet.
  bool is_on_kept_connection() const { return !opened_.anything; }
  bool anything_came() const { return head_.anything_came() || body_bytes_ > 0; }

 private:
  static std::size_t on_header(char* data, std::size_t size, std::size_t count, void* user);
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* user);
  static std::size_t on_read(char* data, std::size_t size, std::size_t count, void* user);
  static int on_seek(void* user, curl_off_t offset, int origin);

  void set_request();
  void set_body();
  void set_file(const FileBody& file);
  void set_callbacks();
  bool take_header(std::string_view line);
  bool take_body(std::string_view bytes);
  bool hand_out_head();
  bool is_complete_despite_reset(CURLcode code) const;

  CURL* const easy_;
  const Request& request_;
  const Target& target_;
  const Sink& sink_;
  HeaderList headers_;
  HeadReader head_;
  std::optional<FileReader> file_;  // once set_file() was called
  Opened opened_;
  std::optional<util::Error> refused_;  // why we stopped reading
  std::size_t body_bytes_ = 0;
  bool head_was_handed_out_ = false;
  std::array<char, CURL_ERROR_SIZE> details_{};
};

}  // namespace gitsync::net
