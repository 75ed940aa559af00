// SPDX-License-Identifier: Apache-2.0
// What a git server says of its refs, read as it arrives and not kept: gitprotocol-pack(5),
// "Reference Discovery" (versions 0 and 1), gitprotocol-http(5), "Smart Clients", and
// gitprotocol-v2(5), "Capability Advertisement" and "ls-refs".

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "git/oid.h"
#include "git/ref_query.h"
#include "util/error.h"

namespace gitsync::git {

struct RefTip {
  std::string name;  // in full
  Oid id;            // what the ref leads to; of an annotated tag, what is tagged in the end
  std::optional<Oid> tag = {};  // what the ref names, if that is an annotated tag
};

// What the server has said of itself.
struct ServerInfo {
  int protocol = 0;  // 0, 1 or 2
  // v2: one line each, "fetch=shallow wait-for-done"; else words, "shallow", "agent=git/2.39.5".
  std::vector<std::string> capabilities;
  std::string object_format = "sha1";
};

// The answer to a query.
struct RemoteAnswer {
  ServerInfo server;
  std::optional<RefTip> tip;  // the best candidate that the server has
};

// How the advertisement comes.
enum class Framing {
  kPlain,  // from git-upload-pack's standard output
  kHttp,   // behind "# service=git-upload-pack" and a flush, as a body of info/refs
};

// The first thing a server says, of any version. Memory: the capabilities and one pkt-line,
// however many refs there are.
class AdvertisementReader {
 public:
  AdvertisementReader(RefQuery query, Framing framing);
  AdvertisementReader(AdvertisementReader&&) noexcept;
  AdvertisementReader& operator=(AdvertisementReader&&) noexcept;
  ~AdvertisementReader();

  // Errors: kProtocol, naming what is wrong; an ERR line of the server is kNotFound or kProtocol
  // with the server's words. After an error or the end, further bytes are an error.
  util::Result<void> feed(std::string_view bytes);
  // Whether the closing flush was read. Nothing may follow it in a body of info/refs.
  bool done() const;
  // From done() on.
  const ServerInfo& server() const;
  // Versions 0 and 1. A v2 server is to be asked by ls_refs_request().
  std::optional<RefTip> tip() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

// One ls-refs command with a ref-prefix for each candidate, for the server that said `server`.
std::string ls_refs_request(const ServerInfo& server, const RefQuery& query);

// The answer to ls_refs_request(). As AdvertisementReader.
class LsRefsReader {
 public:
  explicit LsRefsReader(RefQuery query);
  LsRefsReader(LsRefsReader&&) noexcept;
  LsRefsReader& operator=(LsRefsReader&&) noexcept;
  ~LsRefsReader();

  util::Result<void> feed(std::string_view bytes);
  bool done() const;
  std::optional<RefTip> tip() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gitsync::git
