// SPDX-License-Identifier: Apache-2.0
#include "git/loose_object.h"

#include <unistd.h>

#include <cerrno>
#include <charconv>
#include <utility>

#include "git/corrupt.h"

namespace gitsync::git {

using util::Result;

namespace {

// "commit" and 20 digits.
constexpr std::size_t kMaxHeader = 32;

}  // namespace

std::optional<ObjectInfo> parse_loose_header(std::string_view text) {
  const auto blank = text.find(' ');
  if (blank == std::string_view::npos) return std::nullopt;
  const auto type = object_type_of(text.substr(0, blank));
  const auto digits = text.substr(blank + 1);
  if (!type || digits.empty() || (digits[0] == '0' && digits.size() > 1)) return std::nullopt;
  std::uint64_t size = 0;
  const char* const end = digits.data() + digits.size();
  // NOLINTNEXTLINE(bugprone-suspicious-stringview-data-usage): `end` tells where it ends
  const auto [stop, error] = std::from_chars(digits.data(), end, size);
  if (error != std::errc{} || stop != end) return std::nullopt;
  return ObjectInfo{.type = *type, .size = size};
}

std::string loose_path(const ObjectId& id) {
  std::string path = id.hex();
  path.insert(2, 1, '/');
  return path;
}

Result<std::string_view> LooseReader::Source::next() {
  while (true) {
    const auto got = ::read(fd_.get(), buffer_.data(), buffer_.size());
    if (got >= 0) return std::string_view(buffer_.data(), static_cast<std::size_t>(got));
    if (errno != EINTR) return util::fail(util::sys_error("read " + shown_));
  }
}

Result<ObjectInfo> LooseReader::begin(util::Fd file, std::string shown) {
  fd_ = std::move(file);
  shown_ = std::move(shown);
  inflater_.begin(source_);
  auto header = read_header();
  if (!header) return util::fail(std::move(header).error().with_context(shown_));
  const auto info = parse_loose_header(*header);
  if (!info) return corrupt(shown_ + " has a bad header");
  return *info;
}

// Byte by byte, so that the inflater stands behind it. Empty if there is no NUL where one must be.
Result<std::string> LooseReader::read_header() {
  std::string header;
  while (header.size() < kMaxHeader) {
    char c = 0;
    GS_TRY(const std::size_t got, inflater_.read({&c, 1}));
    if (got == 0) break;
    if (c == '\0') return header;
    header += c;
  }
  return std::string();
}

Result<void> LooseReader::expect_end() {
  GS_TRY_VOID(inflater_.expect_end());
  GS_TRY(const auto more, source_.next());
  if (inflater_.unused() == 0 && more.empty()) return {};
  return corrupt(shown_ + " goes on behind its end");
}

}  // namespace gitsync::git
