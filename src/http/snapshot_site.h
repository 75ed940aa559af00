// SPDX-License-Identifier: Apache-2.0
// What a request for a snapshot is answered: who may ask, which file, whether the client has it
// already, which part of it. Knows nothing of connections.

#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/bearer_token.h"
#include "http/snapshot_folder.h"
#include "log/logger.h"
#include "util/fd.h"

namespace gitsync::http {

// Values of headers that came several times are joined by commas; empty: none came.
struct SnapshotRequest {
  std::string method;
  std::string path;  // unescaped, without the query
  std::string authorization;
  std::string if_none_match;
  std::string if_range;
  std::string range;
  std::string prefer;
};

struct SnapshotAnswer {
  unsigned status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  // The body: a text, or `size` bytes of a file from `first` on.
  std::string body;
  util::Fd file;
  std::uint64_t first = 0;
  std::uint64_t size = 0;
  // Set if the client wants this answer only when the pointer is in another state than now, or
  // when this much time has passed.
  struct Hold {
    std::string name;
    std::string state;  // as of SnapshotSite::state_of()
    std::chrono::seconds wait{0};
  };
  std::optional<Hold> hold;
};

// Thread-safety: none; belongs to the server's thread.
class SnapshotSite {
 public:
  static constexpr std::chrono::seconds kLongestWait{60};

  // `token`: null if everybody may ask.
  SnapshotSite(SnapshotFolder folder, std::unique_ptr<BearerToken> token, log::Logger logger)
      : folder_(std::move(folder)), token_(std::move(token)), logger_(std::move(logger)) {}

  SnapshotAnswer answer(const SnapshotRequest& request);
  // The entity tag of a pointer; empty if there is none.
  std::string state_of(const std::string& pointer);

 private:
  SnapshotAnswer answer_file(const SnapshotRequest& request);
  util::Result<SnapshotFile> open(const std::string& name);

  SnapshotFolder folder_;
  std::unique_ptr<BearerToken> token_;
  log::Logger logger_;
  std::string complaint_;  // the last one about the disk
};

}  // namespace gitsync::http
