// SPDX-License-Identifier: Apache-2.0
#include "git/packed_refs.h"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "git/corrupt.h"
#include "git/not_understood.h"
#include "git/open_at.h"

namespace gitsync::git {

using util::Result;

namespace {

constexpr std::string_view kName = "packed-refs";
constexpr std::string_view kHeader = "# pack-refs with:";
constexpr std::size_t kMaxLine = std::size_t{8} * 1024;
constexpr std::size_t kDigits = 2 * ObjectId::kSize;

}  // namespace

void PackedRefsReader::give() {
  if (!pending_) return;
  stopped_ = visit_(*pending_) == util::Walk::kStop;
  pending_.reset();
}

Result<void> PackedRefsReader::take(std::string_view line) {
  if (!std::exchange(begun_, true) && line.starts_with(kHeader)) return {};
  if (line.starts_with('^')) {
    const auto peeled = ObjectId::from_hex(line.substr(1));
    if (!pending_ || pending_->peeled || !peeled) return corrupt("packed-refs has a bad ^ line");
    pending_->peeled = peeled;
    return {};
  }
  give();
  const auto id = ObjectId::from_hex(line.substr(0, kDigits));
  if (!id || line.size() < kDigits + 2 || line[kDigits] != ' ') {
    return corrupt("packed-refs has a bad line");
  }
  pending_ = {.name = std::string(line.substr(kDigits + 1)), .id = *id, .peeled = std::nullopt};
  return {};
}

Result<void> PackedRefsReader::feed(std::string_view bytes) {
  while (!bytes.empty() && !stopped_) {
    const auto end = bytes.find('\n');
    const auto part = bytes.substr(0, end);
    if (rest_.size() + part.size() > kMaxLine) return not_understood("packed-refs has long lines");
    if (end == std::string_view::npos) {
      rest_ += part;
      return {};
    }
    if (rest_.empty()) {
      GS_TRY_VOID(take(part));
    } else {
      rest_ += part;
      GS_TRY_VOID(take(rest_));
      rest_.clear();
    }
    bytes.remove_prefix(end + 1);
  }
  return {};
}

Result<void> PackedRefsReader::finish() {
  if (!stopped_ && !rest_.empty()) return corrupt("packed-refs is cut short");
  if (!stopped_) give();
  return {};
}

Result<void> for_each_packed_ref(const util::Folder& directory, const PackedRefVisitor& visit) {
  const std::string shown = directory.path_of(kName);
  auto file = open_file_at(directory.fd(), std::string(kName), shown);
  if (!file) {
    if (file.error().kind == util::ErrorKind::kNotFound) return {};
    return util::fail(std::move(file).error());
  }
  PackedRefsReader reader(visit);
  std::array<char, std::size_t{64} * 1024> buffer{};
  while (!reader.stopped()) {
    const auto got = ::read(file->get(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return util::fail(util::sys_error("read " + shown));
    if (got == 0) break;
    GS_TRY_VOID(reader.feed({buffer.data(), static_cast<std::size_t>(got)}));
  }
  return reader.finish();
}

}  // namespace gitsync::git
