// SPDX-License-Identifier: Apache-2.0
#include "net/transfer.h"

#include <cstdio>
#include <utility>

#include "net/curl_error.h"

namespace gitsync::net {
namespace {

using util::Error;
using util::ErrorKind;
using util::Result;

void append(HeaderList& list, const std::string& line) {
  curl_slist* longer = curl_slist_append(list.get(), line.c_str());
  // Until here the list was owned by its head, which the longer list begins with.
  [[maybe_unused]] const auto* head = list.release();
  list.reset(longer);
}

HeaderList make_headers(const Request& request) {
  HeaderList list;
  // libcurl adds these by itself: we never wait for "100 Continue", and send no form.
  append(list, "Expect:");
  append(list, "Content-Type:");
  for (const auto& [name, value] : request.headers) {
    std::string line = name;
    // libcurl's spelling of a header without a value is a semicolon.
    line += value.empty() ? ";" : ": ";
    line += value;
    append(list, line);
  }
  return list;
}

}  // namespace

Transfer::Transfer(CURL* easy, const Request& request, const Target& target, const Sink& sink)
    : easy_(easy),
      request_(request),
      target_(target),
      sink_(sink),
      headers_(make_headers(request)),
      head_(target.url()) {}

Result<void> Transfer::prepare(const ConnectionOptions& options) {
  GS_TRY_VOID(set_connection(easy_, target_, options, opened_));
  set_request();
  set_callbacks();
  return {};
}

void Transfer::set_request() {
  curl_easy_setopt(easy_, CURLOPT_URL, target_.url().c_str());
  curl_easy_setopt(easy_, CURLOPT_PATH_AS_IS, 1L);
  // GitHub refuses requests without one.
  curl_easy_setopt(easy_, CURLOPT_USERAGENT, "git-sync");
  curl_easy_setopt(easy_, CURLOPT_HTTPHEADER, headers_.get());
  if (const auto& userinfo = target_.userinfo) {
    curl_easy_setopt(easy_, CURLOPT_USERNAME, userinfo->username.c_str());
    curl_easy_setopt(easy_, CURLOPT_PASSWORD, userinfo->password.c_str());
  } else if (!request_.netrc_file.empty()) {
    curl_easy_setopt(easy_, CURLOPT_NETRC, long{CURL_NETRC_OPTIONAL});
    curl_easy_setopt(easy_, CURLOPT_NETRC_FILE, request_.netrc_file.c_str());
  }
  // Empty: all that this libcurl can unpack.
  if (request_.compression == Compression::kAccept) {
    curl_easy_setopt(easy_, CURLOPT_ACCEPT_ENCODING, "");
  }
  set_body();
  if (request_.method == "HEAD") curl_easy_setopt(easy_, CURLOPT_NOBODY, 1L);
  curl_easy_setopt(easy_, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
}

// A body, even an empty one, is announced with Content-Length where servers expect one.
void Transfer::set_body() {
  if (request_.file) {
    set_file(*request_.file);
    return;
  }
  const auto& method = request_.method;
  if (!request_.body.empty() || method == "POST" || method == "PUT" || method == "PATCH") {
    const auto size = static_cast<curl_off_t>(request_.body.size());
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDSIZE_LARGE, size);
    curl_easy_setopt(easy_, CURLOPT_POSTFIELDS, request_.body.c_str());
  }
}

void Transfer::set_file(const FileBody& file) {
  file_.emplace(file);
  curl_easy_setopt(easy_, CURLOPT_UPLOAD, 1L);
  curl_easy_setopt(easy_, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(file.size));
  curl_easy_setopt(easy_, CURLOPT_READFUNCTION, on_read);
  curl_easy_setopt(easy_, CURLOPT_READDATA, this);
  // libcurl begins anew where a kept connection is found closed.
  curl_easy_setopt(easy_, CURLOPT_SEEKFUNCTION, on_seek);
  curl_easy_setopt(easy_, CURLOPT_SEEKDATA, this);
  // The default is made for small pieces; a file on its way to a bucket is long.
  curl_easy_setopt(easy_, CURLOPT_UPLOAD_BUFFERSIZE, 256L << 10);
}

void Transfer::set_callbacks() {
  curl_easy_setopt(easy_, CURLOPT_ERRORBUFFER, details_.data());
  curl_easy_setopt(easy_, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(easy_, CURLOPT_HEADERDATA, this);
  curl_easy_setopt(easy_, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(easy_, CURLOPT_WRITEDATA, this);
}

// libcurl takes any other number than the one that was given for an error.
std::size_t Transfer::on_header(char* data, std::size_t size, std::size_t count, void* user) {
  const std::size_t bytes = size * count;
  return static_cast<Transfer*>(user)->take_header({data, bytes}) ? bytes : 0;
}

std::size_t Transfer::on_body(char* data, std::size_t size, std::size_t count, void* user) {
  const std::size_t bytes = size * count;
  return static_cast<Transfer*>(user)->take_body({data, bytes}) ? bytes : bytes + 1;
}

std::size_t Transfer::on_read(char* data, std::size_t size, std::size_t count, void* user) {
  auto* self = static_cast<Transfer*>(user);
  if (!self->file_) return CURL_READFUNC_ABORT;
  auto read = self->file_->read({data, size * count});
  if (read) return *read;
  self->refused_ = std::move(read).error();
  return CURL_READFUNC_ABORT;
}

int Transfer::on_seek(void* user, curl_off_t offset, int origin) {
  auto* self = static_cast<Transfer*>(user);
  if (!self->file_ || origin != SEEK_SET || offset < 0) return CURL_SEEKFUNC_CANTSEEK;
  self->file_->seek(static_cast<std::uint64_t>(offset));
  return CURL_SEEKFUNC_OK;
}

bool Transfer::take_header(std::string_view line) {
  if (!head_.add(line)) {
    refused_ = Error{ErrorKind::kProtocol, "the response's headers are too long"};
    return false;
  }
  return !head_.complete() || hand_out_head();
}

bool Transfer::take_body(std::string_view bytes) {
  body_bytes_ += bytes.size();
  if (!hand_out_head()) return false;
  if (!sink_.body) return true;
  auto taken = sink_.body(bytes);
  if (taken) return true;
  refused_ = std::move(taken).error();
  return false;
}

bool Transfer::hand_out_head() {
  if (std::exchange(head_was_handed_out_, true)) return true;
  long status = 0;
  curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &status);
  head_.finish(static_cast<int>(status));
  if (!sink_.head) return true;
  auto taken = sink_.head(head_.head());
  if (taken) return true;
  refused_ = std::move(taken).error();
  return false;
}

// A server that closes without having read our whole request resets the connection, perhaps before
// we saw the end of a response that has none but the close. Not over TLS, where an end is a message
// of its own and its absence may be an attack.
bool Transfer::is_complete_despite_reset(CURLcode code) const {
  if (code != CURLE_RECV_ERROR || !head_.complete() || target_.address.scheme != "http") {
    return false;
  }
  curl_off_t announced = -1;
  curl_easy_getinfo(easy_, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
  if (announced >= 0) return std::cmp_less_equal(announced, body_bytes_);
  return head_.head().header("Transfer-Encoding").empty();
}

Result<ResponseHead> Transfer::finish(CURLcode code) {
  if (refused_) return util::fail(*std::move(refused_));
  if (code != CURLE_OK && !is_complete_despite_reset(code)) {
    return util::fail(describe_curl(code, details_.data()));
  }
  hand_out_head();
  if (refused_) return util::fail(*std::move(refused_));
  return head_.head();
}

}  // namespace gitsync::net
