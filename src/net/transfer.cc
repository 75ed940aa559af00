// SPDX-License-Identifier: Apache-2.0
#include "net/transfer.h"

#include <curl/curl.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

namespace gitsync::net {
namespace {

using util::Error;
using util::ErrorKind;
using util::Result;

// A server that sends headers without end must not fill our memory.
constexpr std::size_t kMaxHeaderBytes = std::size_t{256} << 10;
// How often to look up without any event, in milliseconds. Only a safety net.
constexpr int kMaxPollWait = 60'000;

struct CurlDeleter {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using Easy = std::unique_ptr<CURL, CurlDeleter>;
using HeaderList = std::unique_ptr<curl_slist, CurlDeleter>;

// A multi handle with one transfer in it, taken out before either is destroyed.
class Multi {
 public:
  explicit Multi(CURL* easy) : multi_(curl_multi_init()), easy_(easy) {
    curl_multi_add_handle(multi_, easy_);
  }
  Multi(const Multi&) = delete;
  Multi& operator=(const Multi&) = delete;
  ~Multi() {
    curl_multi_remove_handle(multi_, easy_);
    curl_multi_cleanup(multi_);
  }

  // Ends when the transfer does. Errors: kTimeout, kStopped.
  Result<CURLcode> run(const util::Limit& limit) {
    while (true) {
      int running = 0;
      curl_multi_perform(multi_, &running);
      if (running == 0) return result();
      GS_TRY_VOID(limit.check());
      wait(limit);
    }
  }

 private:
  CURLcode result() {
    int left = 0;
    const CURLMsg* message = curl_multi_info_read(multi_, &left);
    return message != nullptr && message->msg == CURLMSG_DONE ? message->data.result
                                                              : CURLE_FAILED_INIT;
  }

  void wait(const util::Limit& limit) {
    const int left = util::poll_timeout(limit.deadline);
    const int timeout = left < 0 ? kMaxPollWait : std::min(left, kMaxPollWait);
    curl_waitfd stop{.fd = limit.stop != nullptr ? limit.stop->fd() : -1,
                     .events = CURL_WAIT_POLLIN,
                     .revents = 0};
    curl_multi_poll(multi_, &stop, limit.stop != nullptr ? 1 : 0, timeout, nullptr);
  }

  CURLM* multi_;
  CURL* easy_;
};

// What arrives, and what it is measured against.
struct Answer {
  const Request* request;
  std::string body = {};
  std::size_t header_bytes = 0;
  bool headers_ended = false;
  const char* refused = nullptr;  // why we stopped reading
};

std::size_t on_header(char* data, std::size_t size, std::size_t count, void* user) {
  auto& answer = *static_cast<Answer*>(user);
  const std::string_view line(data, size * count);
  answer.header_bytes += line.size();
  answer.headers_ended = line == "\r\n" || line == "\n";
  if (answer.header_bytes <= kMaxHeaderBytes) return line.size();
  answer.refused = "the answer's headers are too long";
  return 0;
}

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* user) {
  auto& answer = *static_cast<Answer*>(user);
  const std::string_view bytes(data, size * count);
  const std::size_t room = answer.request->body_limit - answer.body.size();
  answer.body.append(bytes.substr(0, room));
  if (bytes.size() <= room || answer.request->excess == Excess::kDrop) return bytes.size();
  answer.refused = "the answer is too long";
  return 0;
}

void set_method(CURL* easy, const Request& request) {
  // A body, even an empty one, is announced with Content-Length where servers expect one.
  const bool with_body = !request.body.empty() || request.method == "POST" ||
                         request.method == "PUT" || request.method == "PATCH";
  if (with_body) {
    curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
                     static_cast<curl_off_t>(request.body.size()));
    curl_easy_setopt(easy, CURLOPT_POSTFIELDS, request.body.c_str());
  }
  if (request.method == "HEAD") curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
  curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, request.method.c_str());
}

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

void set_trust_and_proxy(CURL* easy, const Address& address, const ClientOptions& options) {
  const std::string& configured =
      address.scheme == "https" ? options.https_proxy : options.http_proxy;
  // Always set, so that libcurl does not ask the environment by itself; empty means none.
  const char* proxy = address.is_loopback() ? "" : configured.c_str();
  curl_easy_setopt(easy, CURLOPT_PROXY, proxy);
  curl_easy_setopt(easy, CURLOPT_NOPROXY, options.no_proxy.c_str());
  if (!options.ca_file.empty()) {
    curl_easy_setopt(easy, CURLOPT_CAINFO, options.ca_file.c_str());
  }
  if (!options.ca_directories.empty()) {
    curl_easy_setopt(easy, CURLOPT_CAPATH, options.ca_directories.c_str());
  }
}

void set_connection(CURL* easy) {
  curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(easy, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_1_1));
  curl_easy_setopt(easy, CURLOPT_HTTP09_ALLOWED, 1L);
  curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, 1L);
  curl_easy_setopt(easy, CURLOPT_FORBID_REUSE, 1L);
  // GitHub refuses requests without one.
  curl_easy_setopt(easy, CURLOPT_USERAGENT, "git-sync");
  // Without this a name server that hangs would hold the clean-up beyond our deadline.
  curl_easy_setopt(easy, CURLOPT_QUICK_EXIT, 1L);
}

// A server that closes without having read our whole request resets the connection, perhaps before
// we saw the end of an answer that has none but the close. Not over TLS, where an end is a message
// of its own and its absence may be an attack.
bool is_complete_despite_reset(CURL* easy, CURLcode code, const Answer& answer,
                               const Address& address) {
  if (code != CURLE_RECV_ERROR || !answer.headers_ended || address.scheme != "http") return false;
  curl_off_t announced = -1;
  curl_easy_getinfo(easy, CURLINFO_CONTENT_LENGTH_DOWNLOAD_T, &announced);
  if (announced >= 0) return std::cmp_less_equal(announced, answer.body.size());
  curl_header* encoding = nullptr;
  return curl_easy_header(easy, "Transfer-Encoding", 0, CURLH_HEADER, -1, &encoding) != CURLHE_OK;
}

ErrorKind kind_of(CURLcode code) {
  switch (code) {
    case CURLE_OPERATION_TIMEDOUT:
      return ErrorKind::kTimeout;
    case CURLE_UNSUPPORTED_PROTOCOL:  // of the answer; ours was checked before
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_BAD_FUNCTION_ARGUMENT:  // a header that begins with a blank
    case CURLE_OUT_OF_MEMORY:          // a header line over libcurl's own limit
    case CURLE_BAD_CONTENT_ENCODING:
    case CURLE_WRITE_ERROR:
      return ErrorKind::kProtocol;
    default:
      return ErrorKind::kNetwork;
  }
}

std::string_view hint_for(CURLcode code) {
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
      return "the server's certificate is not trusted: check the host name, or name the file of "
             "your certificate authority in SSL_CERT_FILE";
    case CURLE_COULDNT_RESOLVE_PROXY:
      return "check the proxy variables (HTTPS_PROXY, HTTP_PROXY, NO_PROXY)";
    default:
      return "";
  }
}

Error describe(CURLcode code, const Answer& answer, std::string_view details) {
  if (answer.refused != nullptr) return {ErrorKind::kProtocol, answer.refused};
  if (code == CURLE_OUT_OF_MEMORY) return {ErrorKind::kProtocol, "the answer has too long a line"};
  const std::string_view text = details.empty() ? curl_easy_strerror(code) : details;
  return {kind_of(code), std::string(text), std::string(hint_for(code))};
}

Exchange collect(CURL* easy, Answer answer) {
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  const char* redirect = nullptr;
  curl_easy_getinfo(easy, CURLINFO_REDIRECT_URL, &redirect);
  return {.response = {.status = static_cast<int>(status), .body = std::move(answer.body)},
          .redirect_url = redirect != nullptr ? redirect : ""};
}

}  // namespace

Result<Exchange> exchange(const Request& request, const Address& address,
                          const ClientOptions& options, const util::Limit& limit) {
  std::array<char, CURL_ERROR_SIZE> details{};
  Answer answer{.request = &request};
  const HeaderList headers = make_headers(request);
  const Easy easy(curl_easy_init());
  if (!easy) return util::fail(ErrorKind::kLocal, "curl_easy_init failed");

  set_connection(easy.get());
  set_trust_and_proxy(easy.get(), address, options);
  set_method(easy.get(), request);
  curl_easy_setopt(easy.get(), CURLOPT_URL, request.url.c_str());
  curl_easy_setopt(easy.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(easy.get(), CURLOPT_ERRORBUFFER, details.data());
  curl_easy_setopt(easy.get(), CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(easy.get(), CURLOPT_HEADERDATA, &answer);
  curl_easy_setopt(easy.get(), CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(easy.get(), CURLOPT_WRITEDATA, &answer);

  GS_TRY(const CURLcode code, Multi(easy.get()).run(limit));
  if (code == CURLE_OK || is_complete_despite_reset(easy.get(), code, answer, address)) {
    return collect(easy.get(), std::move(answer));
  }
  return util::fail(describe(code, answer, details.data()));
}

}  // namespace gitsync::net
