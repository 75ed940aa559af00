// SPDX-License-Identifier: Apache-2.0
#include "http/snapshot_site.h"

#include <algorithm>

#include "http/byte_range.h"
#include "http/entity_tags.h"
#include "http/preference.h"
#include "http/routes.h"

namespace gitsync::http {
namespace {

constexpr const char* kRevalidate = "no-cache";
constexpr const char* kForEver = "public, max-age=31536000, immutable";

SnapshotAnswer plain(unsigned status, std::string text) {
  return {.status = status,
          .headers = {{"Content-Type", kPlainText}, {"Cache-Control", "no-store"}},
          .body = std::move(text)};
}

SnapshotAnswer unauthorized(bool had_credentials) {
  auto answer = plain(401, "a bearer token is needed\n");
  std::string challenge = R"(Bearer realm="git-sync snapshots")";
  if (had_credentials) challenge += R"(, error="invalid_token")";
  answer.headers.emplace_back("WWW-Authenticate", std::move(challenge));
  return answer;
}

std::chrono::seconds wait_for(const SnapshotRequest& request) {
  if (request.method != "GET") return {};
  return std::min(preferred_wait(request.prefer), SnapshotSite::kLongestWait);
}

// Says that the wait is known, also to those that need not wait: so a client can tell this server
// from one that would answer at once for ever.
void apply_wait(SnapshotAnswer& answer, std::chrono::seconds wait) {
  if (wait.count() == 0) return;
  answer.headers.emplace_back("Preference-Applied", "wait=" + std::to_string(wait.count()));
}

void add_validators(SnapshotAnswer& answer, const SnapshotFile& file) {
  answer.headers.emplace_back("ETag", file.entity_tag);
  answer.headers.emplace_back("Cache-Control",
                              file.kind == SnapshotKind::kImmutable ? kForEver : kRevalidate);
}

SnapshotAnswer answer_pointer(const SnapshotRequest& request, SnapshotFile file) {
  SnapshotAnswer answer;
  add_validators(answer, file);
  const auto wait = wait_for(request);
  apply_wait(answer, wait);
  if (has_entity_tag(request.if_none_match, file.entity_tag)) {
    answer.status = 304;
    if (wait.count() > 0) {
      answer.hold = {.name = request.path.substr(1), .state = file.entity_tag, .wait = wait};
    }
    return answer;
  }
  answer.headers.emplace_back("Content-Type", "application/json");
  answer.body = std::move(file.content);
  return answer;
}

ByteRange range_of(const SnapshotRequest& request, const SnapshotFile& file) {
  const bool is_of_this = request.if_range.empty() || request.if_range == file.entity_tag;
  const bool may_be_part = request.method == "GET" && is_of_this;
  return select_range(may_be_part ? request.range : "", file.size);
}

SnapshotAnswer answer_archive(const SnapshotRequest& request, SnapshotFile file) {
  SnapshotAnswer answer;
  add_validators(answer, file);
  answer.headers.emplace_back("Accept-Ranges", "bytes");
  if (has_entity_tag(request.if_none_match, file.entity_tag)) {
    answer.status = 304;
    return answer;
  }
  const ByteRange range = range_of(request, file);
  const std::string total = std::to_string(file.size);
  if (range.kind == ByteRange::Kind::kUnsatisfiable) {
    auto refusal = plain(416, "there is no such part\n");
    refusal.headers.emplace_back("Content-Range", "bytes */" + total);
    return refusal;
  }
  const bool is_part = range.kind == ByteRange::Kind::kPart;
  answer.headers.emplace_back("Content-Type", "application/gzip");
  answer.file = std::move(file.fd);
  answer.first = range.first;
  answer.size = is_part ? range.size : file.size;
  if (!is_part) return answer;
  answer.status = 206;
  answer.headers.emplace_back("Content-Range", "bytes " + std::to_string(range.first) + "-" +
                                                   std::to_string(range.first + range.size - 1) +
                                                   "/" + total);
  return answer;
}

// A reader may be there before the first snapshot is.
SnapshotAnswer not_found(const SnapshotRequest& request, const std::string& name) {
  auto answer = plain(404, "not found\n");
  if (kind_of_snapshot(name) != SnapshotKind::kPointer) return answer;
  const auto wait = wait_for(request);
  apply_wait(answer, wait);
  if (wait.count() > 0) answer.hold = {.name = name, .state = "", .wait = wait};
  return answer;
}

}  // namespace

SnapshotAnswer SnapshotSite::answer(const SnapshotRequest& request) {
  if (token_ && !token_->admits(request.authorization)) {
    return unauthorized(!request.authorization.empty());
  }
  if (request.method == "GET" || request.method == "HEAD") return answer_file(request);
  auto answer = plain(405, "GET and HEAD are served\n");
  answer.headers.emplace_back("Allow", "GET, HEAD");
  return answer;
}

SnapshotAnswer SnapshotSite::answer_file(const SnapshotRequest& request) {
  const std::string name = request.path.starts_with('/') ? request.path.substr(1) : "";
  auto file = open(name);
  if (!file) {
    if (file.error().kind == util::ErrorKind::kNotFound) return not_found(request, name);
    auto answer = plain(503, "the snapshot cannot be read\n");
    answer.headers.emplace_back("Retry-After", "5");
    return answer;
  }
  return file->kind == SnapshotKind::kPointer ? answer_pointer(request, std::move(*file))
                                              : answer_archive(request, std::move(*file));
}

std::string SnapshotSite::state_of(const std::string& pointer) {
  const auto file = open(pointer);
  if (file) return file->entity_tag;
  return file.error().kind == util::ErrorKind::kNotFound ? "" : "unreadable";
}

// Readers ask again and again: what the disk says is logged once, until it says something else.
util::Result<SnapshotFile> SnapshotSite::open(const std::string& name) {
  auto file = folder_.file(name);
  if (file || file.error().kind == util::ErrorKind::kNotFound) {
    if (file) complaint_.clear();
    return file;
  }
  if (complaint_ != file.error().message) {
    logger_.error("cannot read a snapshot that is asked for", file.error());
    complaint_ = file.error().message;
  }
  return file;
}

}  // namespace gitsync::http
